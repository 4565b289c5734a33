import type { LiveObject } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import type { Session } from '../pass/session.ts'
import type { ReconcilePorts } from '../ports.ts'

const LONGEST_MS = 3_000
const PAUSE_MS = 50

/**
 * Applies an object that needs another one just made. The server's admission looks that one up in caches of its own, which learn of it
 * a moment later: so long, and three seconds at most, its refusal is asked again.
 */
export async function applyLate(
  { ports: { clock }, signal }: Pick<Session, 'signal'> & { readonly ports: Pick<ReconcilePorts, 'clock'> },
  apply: () => Promise<LiveObject>,
): Promise<LiveObject> {
  const deadline = clock.now().getTime() + LONGEST_MS
  for (;;) {
    try {
      return await apply()
    } catch (error) {
      const missing = error instanceof ClusterError && (error.kind === 'not-found' || error.kind === 'denied')
      if (!missing || clock.now().getTime() > deadline) throw error
      await clock.sleep(PAUSE_MS, signal)
      signal.throwIfAborted()
    }
  }
}
