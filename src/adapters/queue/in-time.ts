import { LockstepError } from '../../model/errors.ts'

/** GitHub is answered in time whatever Redis does. */
const ANSWER_MS = 1_800

/** Throws QUEUE_UNAVAILABLE where Redis does not answer within two seconds, or refuses. */
export async function inTime<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer from Redis within ${ANSWER_MS} ms`)), ANSWER_MS)
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    throw new LockstepError(
      {
        code: 'QUEUE_UNAVAILABLE',
        message: `The job queue does not answer: ${(error as Error).message}.`,
        remedy: 'Look at the Redis that REDIS_URL names; nothing is lost, the sweep finds what was not stored.',
      },
      { kind: 'unreachable', cause: error },
    )
  } finally {
    clearTimeout(timer)
  }
}
