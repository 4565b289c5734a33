import type { Commit, Mirror } from '../../model/mirror.ts'
import type { Overlay } from '../../model/target.ts'
import { parseTrailers } from '../pulls/trailers.ts'
import type { LedgerRecord } from '../state/state.ts'
import { readSources, type Sources } from './kustomization-sources.ts'
import { overlaysOf } from './overlays-of.ts'

/** Where past promotions are found: the default branch's history and the ledger. */
export interface PromotionHistory {
  readonly mirror: Mirror
  /** Tip of the default branch. */
  readonly tip: string
  /** Overlays of the tip. */
  readonly overlays: readonly Overlay[]
  /** Their kustomizations, where they are read already; else each search reads them anew. */
  readonly sources?: Sources
  readonly ledger: Iterable<LedgerRecord>
}

/** An application in an environment. */
export interface Destination {
  readonly application: string
  readonly environment: string
}

/** A promotion or rollback of one application into one environment, found on the default branch. */
export interface PastPromotion {
  /** The commit of the default branch's first-parent line that brought it. */
  readonly commit: Commit
  readonly kind: 'promotion' | 'rollback'
  readonly pullRequest?: number
}

const FURTHEST = 500

/** The newest ones, newest first: found by the ledger's merge commits, and by trailers of the commit or of the branch it merged. */
export async function pastPromotions(
  history: PromotionHistory,
  destination: Destination,
  most = 2,
): Promise<PastPromotion[]> {
  const merged = new Map(mergedRecords(history, destination).map((record) => [record.merged?.sha, record]))
  const found: PastPromotion[] = []
  for (const commit of await commitsOfTarget(history, destination)) {
    const record = merged.get(commit.sha)
    const kind = record?.kind ?? (await kindByTrailers(history.mirror, commit, destination))
    if (kind) found.push({ commit, kind, ...(record && { pullRequest: record.pullRequest }) })
    if (found.length === most) break
  }
  return found
}

/**
 * Commit of the default branch with what the last promotion or rollback wrote. The ledger knows it without a search; where it does not,
 * the history is searched. Undefined when there was none.
 */
export async function lastPromotionCommit(
  history: PromotionHistory,
  destination: Destination,
): Promise<string | undefined> {
  const { mirror, tip } = history
  const newest = mergedRecords(history, destination).toSorted((a, b) => mergeTime(b) - mergeTime(a))[0]?.merged?.sha
  if (newest && (await mirror.resolve(newest)) && (await mirror.isAncestor(newest, tip))) return newest
  const [last] = await pastPromotions(history, destination, 1)
  return last?.commit.sha
}

function mergedRecords({ ledger }: PromotionHistory, { application, environment }: Destination): LedgerRecord[] {
  return [...ledger].filter((each) => each.application === application && each.to === environment && each.merged)
}

function mergeTime({ merged }: LedgerRecord): number {
  return merged ? Date.parse(merged.at) : 0
}

/** Commits that changed a directory only this target uses, newest first. */
async function commitsOfTarget(history: PromotionHistory, destination: Destination): Promise<Commit[]> {
  const { mirror, overlays, tip } = history
  const { application, environment } = destination
  const sources = history.sources ?? (await readSources(await mirror.tree(tip), overlays))
  const own = overlaysOf(overlays, { application, environment })
  const directories = own.flatMap((overlay) =>
    sources.closure(overlay).flatMap((each) => (sources.isOwn(each, overlay) ? each.directory : [])),
  )
  const logs = await Promise.all([...new Set(directories)].map((path) => mirror.log(tip, { path, limit: FURTHEST })))
  if (logs.length < 2) return logs.flat()
  const order = new Map((await mirror.log(tip, { limit: FURTHEST * 10 })).map(({ sha }, index) => [sha, index]))
  const distinct = new Map(logs.flat().map((commit) => [commit.sha, commit]))
  const rank = ({ sha }: Commit) => order.get(sha) ?? order.size
  return [...distinct.values()].toSorted((a, b) => rank(a) - rank(b))
}

async function kindByTrailers(
  mirror: Mirror,
  commit: Commit,
  { application, environment }: Destination,
): Promise<PastPromotion['kind'] | undefined> {
  const branches = await Promise.all(commit.parents.slice(1).map((parent) => mirror.commit(parent)))
  const trailers = [commit, ...branches].map(({ message }) => parseTrailers(message))
  return trailers.find((each) => each?.application === application && each.to === environment)?.kind
}
