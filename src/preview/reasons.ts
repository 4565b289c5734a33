/** Every code the preview family answers with: what it means; what to do. */
export const REASONS = {
  // Outcomes
  PREVIEW_POSTED: 'The comment and the checks of a pull request are up to date; nothing to do.',
  PULL_REQUEST_GONE: 'The pull request is closed or does not exist; nothing to do.',
  HEAD_MOVED: 'The head moved while it was previewed; the newer head gets its own preview.',
  GATE_ANNOUNCED: 'The gate of a pull request shows that its preview has begun; nothing to do.',
  BASE_FOLLOWED: 'A base branch moved; only the pull requests it can mean something to are looked at again.',
  BASE_WARMED: 'The default branch moved; its overlays are rendered before previews need them. Nothing to do.',
  MERGE_GROUP_JUDGED: 'The commit that a merge queue built was rendered and judged; nothing to do.',
  MERGE_GROUP_GONE: 'The merge queue has given this commit up or merged it; nothing to do.',
  MERGE_GROUP_UNKNOWN: "A merge queue's branch is not named as GitHub documents it; report its name.",
  NOT_CONFIGURED: 'The base branch has no .lockstep.yaml; merge one to switch Lockstep on.',
  FORK_NEEDS_PLAN: 'Heads of forks are rendered after `/plan` by someone with write access; a new push needs it again.',
  // Gates
  NOTHING_TO_DEPLOY: 'The pull request changes no overlay; nothing to do.',
  RENDERED: 'Every overlay that the pull request touches renders.',
  RENDER_FAILED: 'An overlay does not render; correct the file at the line named.',
  MERGE_CONFLICT: 'The head conflicts with the base branch; merge the base into it and resolve the files named.',
  CONFIG_BROKEN: 'A .lockstep.yaml cannot be used; correct it at the line named.',
  DRIFT_BLOCKS: 'A live object differs from what was applied; `/heal` puts it back.',
  DRIFT_PENDING: 'A live object differs from what was applied, and it is being healed or may be merged over.',
  DRIFT_IGNORED: 'A live object differs from what was applied, and somebody asked to ignore that until a time.',
  FACTS_UNKNOWN: 'No fact about a target is younger than a minute; look at the worker of its cluster.',
  PREVIEW_FAILED: 'Lockstep could not finish; it tries again by itself, or after `/plan`.',
  // Refusals
  PREVIEW_HEAD_MISSING: 'A commit of the pull request could not be fetched; it is tried again.',
} as const

export type Reason = keyof typeof REASONS
