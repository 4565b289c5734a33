import { LockstepError } from '../../model/errors.ts'

/** What `ask` finds out; undefined where it is refused or nobody answers: unknown, which a gate blocks on. Defects still throw. */
export async function knownFact<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}
