import type { Reason } from '../reasons.ts'

/** Who opens what is shut; in words in `why.ts`. */
export type Opener =
  /** Time, a worker or Lockstep itself. */
  | 'itself'
  /** Who may command in the environment. */
  | 'commanders'
  /** Who may command in every environment. */
  | 'all-commanders'
  /** Anybody with write access. */
  | 'writers'
  /** Whom the rules of the base branch name. */
  | 'rules'
  /** Whoever runs Lockstep and knows its clusters. */
  | 'operator'

export interface Remedy {
  readonly by: Opener
  /** What opens it, where its gate says nothing more exact: a command, or a sentence. `{env}` is the environment, `{app}` the application. */
  readonly how: string
  /** What its people do opens it there and then. */
  readonly atOnce?: true
}

/** Every state in which a promotion stands still, and the way out of it. Nothing blocks without one. */
export const BLOCKERS = {
  // Gates
  FACTS_UNKNOWN: { by: 'operator', how: 'Look at the worker of that cluster.' },
  UPSTREAM_NOT_APPLIED: {
    by: 'itself',
    how: 'The worker there applies it; where that does not end, see its status.',
  },
  UPSTREAM_NOT_HEALTHY: { by: 'writers', how: 'Mend the object named, or promote a version that becomes healthy.' },
  UPSTREAM_DRIFTED: { by: 'writers', how: '/heal the environment before it.' },
  SOAK_WAITS: { by: 'itself', how: 'Time.' },
  FROZEN: { by: 'itself', how: 'Time.' },
  DRIFT_BLOCKS: { by: 'commanders', how: '/heal {env} {app}' },
  METRIC_FAILED: { by: 'writers', how: 'Mend what the metric measures.' },
  METRIC_UNKNOWN: {
    by: 'operator',
    how: 'See that the address is listed and answers with one value, as the message says.',
  },
  QUARANTINED: { by: 'commanders', how: '/resume {env} {app}', atOnce: true },
  QUARANTINE_UNKNOWN: { by: 'operator', how: 'Mend the plan, or the branch lockstep/state; both have a gate.' },
  APPROVALS_UNKNOWN: { by: 'operator', how: 'See that the App may read reviews and teams; else it is asked again.' },
  APPROVALS_WAIT: { by: 'writers', how: 'Approve this commit in a review on GitHub.', atOnce: true },
  TEAM_WAITS: { by: 'writers', how: 'Approve this commit in a review on GitHub.', atOnce: true },
  CHANGES_REQUESTED: {
    by: 'writers',
    how: 'Whoever asked for changes approves, or the review is dismissed on GitHub.',
    atOnce: true,
  },
  CHECKS_UNKNOWN: { by: 'operator', how: 'See that the App may read checks and commit statuses.' },
  CHECK_MISSING: { by: 'writers', how: 'See that what reports the check runs on this commit.' },
  CHECK_RUNNING: { by: 'itself', how: 'It ends by itself.' },
  CHECK_FAILED: { by: 'writers', how: 'Run it again on GitHub, or mend what it found.' },
  CHECK_SKIPPED: { by: 'writers', how: 'Let it run on this commit: skipped is not green here.' },
  HELD: { by: 'commanders', how: '/unhold', atOnce: true },
  LOCKED: { by: 'commanders', how: '/unlock {env}', atOnce: true },
  ALL_LOCKED: { by: 'all-commanders', how: '/unlock all --reason …', atOnce: true },
  PLAN_STALE: { by: 'itself', how: 'It is brought up to date by itself; review it again then.' },
  PLAN_EDITED: { by: 'writers', how: 'Take the extra commits off the branch, or /cancel it.' },
  PLAN_UNKNOWN: { by: 'writers', how: 'See that both the branch and the base render.' },
  RESULT_MOVED: { by: 'itself', how: 'It is brought up to date by itself; review it again then.' },
  DIRECT_CHANGE_REFUSED: { by: 'writers', how: 'Change the environment before it, and promote.' },
  CONFIG_WEAKENS: { by: 'writers', how: 'Approval by those who approve promotions there.' },
  // The state of promotions
  STATE_UNKNOWN: { by: 'operator', how: 'Mend the branch lockstep/state.' },
  STATE_MISSING: { by: 'operator', how: 'Restore the branch lockstep/state.' },
  STATE_REWRITTEN: { by: 'operator', how: 'Push the commit named back to lockstep/state.' },
  STATE_NOT_OURS: { by: 'operator', how: 'Put lockstep/state back to its last commit by Lockstep.' },
  // Configuration
  NOT_CONFIGURED: { by: 'writers', how: 'Add .lockstep.yaml to the default branch.' },
  UNKNOWN_ENVIRONMENT: { by: 'writers', how: 'Declare the environment again, or /cancel this.' },
  // Opening
  NO_UPSTREAM: { by: 'writers', how: 'Add an overlay in an environment that comes before {env}.' },
  UPSTREAMS_DIFFER: { by: 'writers', how: 'Bring the environments before {env} to the same version.' },
  BRANCH_EDITED: { by: 'writers', how: 'Merge it by hand, or close it and delete its branch.' },
  BRANCH_MOVED: { by: 'itself', how: 'It is tried again in the next round.' },
  PULL_REQUEST_UNKNOWN: { by: 'itself', how: 'GitHub is asked again in the next round.' },
  PROMOTION_STAYS_CLOSED: { by: 'commanders', how: '/promote {env} {app}', atOnce: true },
  PROMOTION_ROLLED_BACK: { by: 'commanders', how: '/promote {env} {app}', atOnce: true },
  PROMOTION_DUE: { by: 'itself', how: 'It is opened in the next round.' },
  // Merging
  WAITS_FOR_PROMOTE: { by: 'commanders', how: '/promote', atOnce: true },
  PROMOTION_DRAFT: { by: 'writers', how: 'Mark the pull request as ready for review on GitHub.', atOnce: true },
  PROMOTION_UNRECORDED: { by: 'itself', how: 'The next round records it.' },
  GATE_CHECK_WAITS: { by: 'itself', how: 'lockstep/gate is decided again.' },
  GATES_WAIT: { by: 'writers', how: '/why' },
  MERGE_REFUSED: { by: 'rules', how: 'Mend what GitHub names; what passes is tried again.' },
  RULES_WAIT: { by: 'rules', how: 'Satisfy on GitHub what is named.' },
  IN_MERGE_QUEUE: { by: 'itself', how: 'The merge queue merges it once it passes there.' },
  LEFT_MERGE_QUEUE: { by: 'commanders', how: '/promote', atOnce: true },
  MERGE_IN_FLIGHT: { by: 'itself', how: 'The other merge ends, or its claim does.' },
} as const satisfies Partial<Record<Reason, Remedy>>

export type BlockerCode = keyof typeof BLOCKERS

/** The way out of a state; undefined for a code that only words of its own explain. */
export function remedyOf(code: string): Remedy | undefined {
  return Object.hasOwn(BLOCKERS, code) ? BLOCKERS[code as BlockerCode] : undefined
}
