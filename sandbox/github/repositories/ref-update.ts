import { ZERO } from '../git/repository.ts'
import type { Account } from '../state/account.ts'

/** One ref that moved. Zeros as `before` mean it is new, as `after` that it is gone. */
export interface RefUpdate {
  readonly ref: string
  readonly before: string
  readonly after: string
  /** `before` is not in the history of `after`. */
  readonly forced: boolean
  readonly pusher: Account
}

export function branchOfRef(ref: string): string | undefined {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined
}

export function isCreation(update: RefUpdate): boolean {
  return update.before === ZERO
}

export function isDeletion(update: RefUpdate): boolean {
  return update.after === ZERO
}
