/** Which promotion or rollback a branch holds. Names of environments and applications hold no `/`. */
export interface PromotionBranch {
  readonly kind: 'promote' | 'rollback'
  readonly environment: string
  readonly application: string
}

export function printBranchName({ kind, environment, application }: PromotionBranch): string {
  return `lockstep/${kind}/${environment}/${application}`
}

/** Undefined for every other branch. */
export function parseBranchName(name: string): PromotionBranch | undefined {
  const match = /^lockstep\/(promote|rollback)\/([^/]+)\/([^/]+)$/.exec(name)
  if (!match) return undefined
  const [, kind, environment = '', application = ''] = match
  return { kind: kind as PromotionBranch['kind'], environment, application }
}

/** The orphan branch of locks, holds, claims and the ledger. */
export const STATE_BRANCH = 'lockstep/state'
