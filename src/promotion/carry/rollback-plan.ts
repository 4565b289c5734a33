import type { RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Commit, Mirror } from '../../model/mirror.ts'
import type { Overlay } from '../../model/target.ts'
import { parseTrailers } from '../pulls/trailers.ts'
import type { LedgerRecord } from '../state/state.ts'
import { readSources } from './kustomization-sources.ts'
import { fieldsOf, type PromotionPlan, planCarry } from './plan.ts'

/** A promotion or rollback of one application into one environment, found on the default branch. */
export interface PastPromotion {
  /** The commit of the default branch's first-parent line that brought it. */
  readonly commit: Commit
  readonly kind: 'promotion' | 'rollback'
  readonly pullRequest?: number
}

export interface RollbackRequest {
  readonly mirror: Mirror
  readonly config: RepositoryConfig
  /** Overlays of the tip. */
  readonly overlays: readonly Overlay[]
  /** Tip of the default branch. */
  readonly tip: string
  readonly ledger: Iterable<LedgerRecord>
  readonly application: string
  readonly environment: string
  /** `#12` or a commit id; without it, what the promotion before last had set. */
  readonly to?: string
}

const FURTHEST = 500

/**
 * The plan that restores what was set before, on the live tip: carried fields only, other applications' commits stay. Throws
 * NO_PROMOTION_FOUND or ALREADY_ROLLED_BACK where there is no one answer to "before".
 */
export async function planRollback(request: RollbackRequest): Promise<PromotionPlan> {
  const restored = await stateToRestore(request)
  const { mirror, config, application, environment: to } = request
  const old = await readSources(await mirror.tree(restored), request.overlays)
  const origins = await fieldsOf(old, request, to)
  const tip = await readSources(await mirror.tree(request.tip), request.overlays)
  return planCarry(tip, { config, application, from: restored, to, origins, exact: true })
}

async function stateToRestore(request: RollbackRequest): Promise<string> {
  if (request.to) return namedState(request, request.to)
  const [last, before] = await pastPromotions(request)
  if (!last) throw noPromotion(request)
  if (last.kind === 'rollback') throw rolledBack(request, last.commit.sha)
  const parent = last.commit.parents[0]
  const restored = before?.commit.sha ?? parent
  if (!restored) throw noPromotion(request)
  return restored
}

async function namedState({ mirror, ledger, tip }: RollbackRequest, to: string): Promise<string> {
  const record = [...ledger].find(({ pullRequest }) => `#${pullRequest}` === to)
  const sha = to.startsWith('#') ? record?.merged?.sha : await mirror.resolve(to)
  if (sha && (await mirror.isAncestor(sha, tip))) return sha
  throw new LockstepError({
    code: 'UNKNOWN_REVISION',
    message: `${to} is neither a merged promotion nor a commit of the default branch.`,
    remedy: 'Name a promotion as #number or a commit of the default branch.',
  })
}

/** The last two, newest first: found by the ledger's merge commits, and by trailers of the commit or of the branch it merged. */
export async function pastPromotions(request: RollbackRequest): Promise<PastPromotion[]> {
  const { mirror, application, environment } = request
  const own = [...request.ledger].filter((each) => each.application === application && each.to === environment)
  const merged = new Map(own.flatMap((record) => (record.merged ? [[record.merged.sha, record] as const] : [])))
  const found: PastPromotion[] = []
  for (const commit of await commitsOfTarget(request)) {
    const record = merged.get(commit.sha)
    const kind = record?.kind ?? (await kindByTrailers(mirror, commit, application, environment))
    if (kind) found.push({ commit, kind, ...(record && { pullRequest: record.pullRequest }) })
    if (found.length === 2) break
  }
  return found
}

/** Commits that changed a directory only this target uses, newest first. */
async function commitsOfTarget(request: RollbackRequest): Promise<Commit[]> {
  const { mirror, overlays, tip, application, environment } = request
  const sources = await readSources(await mirror.tree(tip), overlays)
  const own = overlays.filter((each) => each.application === application && each.environment === environment)
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
  application: string,
  environment: string,
): Promise<PastPromotion['kind'] | undefined> {
  const branches = await Promise.all(commit.parents.slice(1).map((parent) => mirror.commit(parent)))
  const trailers = [commit, ...branches].map(({ message }) => parseTrailers(message))
  return trailers.find((each) => each?.application === application && each.to === environment)?.kind
}

function noPromotion({ application, environment }: RollbackRequest): LockstepError {
  return new LockstepError({
    code: 'NO_PROMOTION_FOUND',
    message: `No promotion of ${application} to ${environment} was found.`,
    remedy: `/rollback ${environment} ${application} to <commit>`,
  })
}

function rolledBack({ application, environment }: RollbackRequest, sha: string): LockstepError {
  return new LockstepError({
    code: 'ALREADY_ROLLED_BACK',
    message: `The last change of ${application} in ${environment} was a rollback (${sha.slice(0, 12)}).`,
    remedy: `/rollback ${environment} ${application} to <commit> goes further back.`,
  })
}
