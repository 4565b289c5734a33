import { LockstepError, printProblem } from '../../src/model/errors.ts'

/** What a person would read: each problem of the refusal as one line. Anything else that is thrown, or nothing, fails the test. */
export function linesOf(act: () => unknown): string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof LockstepError) return error.problems.map(printProblem)
    throw error
  }
  throw new Error('nothing was refused')
}
