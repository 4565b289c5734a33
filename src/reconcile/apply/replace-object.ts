import { LockstepError, type Problem } from '../../model/errors.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import { listAt, uidOf } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import { propagationFor } from './replace-policy.ts'

const LONGEST_MS = 60_000
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1_000

/**
 * Deletes the object that has this uid and waits until it is gone, for a minute at most. Throws a LockstepError that names the
 * finalizers it waits for; the next pass goes on from there.
 */
export async function removeForReplacement(session: Session, key: ResourceKey, uid: string): Promise<void> {
  const { cluster, view, ports, signal } = session
  await cluster.delete(key, { uid, propagation: propagationFor(key) })
  const deadline = ports.clock.now().getTime() + LONGEST_MS
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const live = await cluster.get(key)
    if (!live || uidOf(live) !== uid) return view.forget(key, uid)
    if (ports.clock.now().getTime() > deadline) {
      throw new LockstepError(stuckProblem(key, listAt(live, 'metadata', 'finalizers').map(String)))
    }
    await ports.clock.sleep(pause, signal)
    signal.throwIfAborted()
  }
}

/** It is on its way out, and what holds it. */
export function stuckProblem(key: ResourceKey, finalizers: readonly string[]): Problem {
  const object = resourceLabel(key)
  const what = finalizers.length > 0 ? `its finalizers (${finalizers.join(', ')})` : 'its graceful end'
  return {
    code: 'REPLACE_WAITS',
    message: `${object} is deleted to be made again and still waits for ${what}.`,
    object,
    remedy: 'It is made again by the first pass that finds it gone; look at what handles those finalizers.',
  }
}
