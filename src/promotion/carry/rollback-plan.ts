import type { RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import { readSources } from './kustomization-sources.ts'
import { type Destination, type PromotionHistory, pastPromotions } from './past-promotions.ts'
import { fieldsOf, type PromotionPlan, planCarry } from './plan.ts'

export interface RollbackRequest extends PromotionHistory, Destination {
  readonly config: RepositoryConfig
  /** `#12` or a commit id; without it, what the promotion before last had set. */
  readonly to?: string
}

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
  return planCarry(tip, { config, application, from: restored, to, origins, exact: true, history: request })
}

async function stateToRestore(request: RollbackRequest): Promise<string> {
  if (request.to) return namedState(request, request.to)
  const [last, before] = await pastPromotions(request, request)
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
