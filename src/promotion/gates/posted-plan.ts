import { upstreamOf } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import type { Mirror } from '../../model/mirror.ts'
import { blobId } from '../../model/tree.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import { planRollback } from '../carry/rollback-plan.ts'
import type { PromotionBranch } from '../pulls/branch-name.ts'
import { planEdge } from '../pulls/plan-edge.ts'
import { environmentOf, type Snapshot } from '../pulls/snapshot.ts'
import { type PromotionTrailers, parseTrailers } from '../pulls/trailers.ts'

/** How far a promotion's branch is looked through for what began it. */
export const MOST_COMMITS = 30

export interface PostedCommit {
  readonly message: string
  readonly trailers: PromotionTrailers
}

/** The newest promotion commit of the branch; merges of the default branch on top are looked through. */
export async function postedCommit(
  mirror: Mirror,
  { tip }: Pick<Snapshot, 'tip'>,
  head: string,
  branch: PromotionBranch,
): Promise<PostedCommit | undefined> {
  for (const { sha, message } of await mirror.log(head, { limit: MOST_COMMITS })) {
    if (await mirror.isAncestor(sha, tip)) return undefined
    const trailers = parseTrailers(message)
    if (trailers && isAbout(trailers, branch)) return { message, trailers }
  }
  return undefined
}

/** What that commit says about itself. */
export async function postedTrailers(
  mirror: Mirror,
  snapshot: Pick<Snapshot, 'tip'>,
  head: string,
  branch: PromotionBranch,
): Promise<PromotionTrailers | undefined> {
  return (await postedCommit(mirror, snapshot, head, branch))?.trailers
}

export function isAbout({ application, to, kind }: PromotionTrailers, branch: PromotionBranch): boolean {
  const sameKind = (kind === 'rollback') === (branch.kind === 'rollback')
  return sameKind && application === branch.application && to === branch.environment
}

/** The plan as it would be made now on the default branch's tip; undefined when it cannot be made any more. */
export async function recomputePlan(
  mirror: Mirror,
  snapshot: Snapshot,
  { application, from, to, kind, source }: PromotionTrailers,
): Promise<PromotionPlan | undefined> {
  const { config, overlays, tip, state } = snapshot
  const ledger = state?.ledger.values() ?? []
  try {
    if (kind === 'promotion' && !isUpstream(snapshot, from, to)) return undefined
    if (kind === 'promotion') return await planEdge(snapshot, { application, from, to, ...(source && { source }) })
    return await planRollback({ mirror, config, overlays, tip, ledger, application, environment: to, to: from })
  } catch (error) {
    if (error instanceof LockstepError && error.kind === 'refused') return undefined
    throw error
  }
}

/** A commit could name any environment; only one directly before this one is judged by its gates. */
function isUpstream(snapshot: Snapshot, from: string, to: string): boolean {
  const environment = environmentOf(snapshot, to)
  return environment !== undefined && upstreamOf(environment).includes(from)
}

/** True when merging the head into the tip changes exactly the plan's files, to exactly their planned content. */
export async function mergesExactly(
  mirror: Mirror,
  snapshot: Pick<Snapshot, 'tip' | 'sources'>,
  head: PullRequest['head']['sha'],
  plan: PromotionPlan,
): Promise<boolean> {
  return (await unplannedPaths(mirror, snapshot, head, plan)).length === 0
}

/** Files in which merging the head into the tip conflicts, or would leave something else than the plan says; sorted. */
export async function unplannedPaths(
  mirror: Mirror,
  { tip, sources }: Pick<Snapshot, 'tip' | 'sources'>,
  head: PullRequest['head']['sha'],
  plan: PromotionPlan,
): Promise<string[]> {
  const merged = await mirror.merge(tip, head)
  if ('conflicts' in merged) return merged.conflicts.toSorted()
  const after = await merged.tree.entries()
  const planned = new Map(plan.files.map(({ path, content }) => [path, content === null ? undefined : blobId(content)]))
  const paths = [...new Set([...sources.entries.keys(), ...after.keys()])]
  const isPlanned = (path: string) => {
    const before = sources.entries.get(path)
    const wanted = planned.has(path) ? planned.get(path) : before?.id
    const found = after.get(path)
    return found?.id === wanted && (!found || !before || found.mode === before.mode)
  }
  return paths.filter((path) => !isPlanned(path)).sort()
}
