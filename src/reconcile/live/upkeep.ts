import type { ResourceKind } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Clock } from '../clock.ts'
import { kindsOf } from './kinds-of.ts'
import { findDisagreements } from './self-check.ts'
import type { WatchedView } from './watched-view.ts'

const TIDY_MS = 60_000
const CHECK_MS = 20 * 60_000

export interface UpkeepOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** An object of this kind was not known as it is, and no watch was about to tell; the kind is listed anew. */
  readonly onDisagreement: (kind: ResourceKind) => void
  /** Between 0 and 1; `Math.random` by default. */
  readonly random?: () => number
}

/**
 * Until the signal: ends watches that nobody needs any more, and every 10 to 30 minutes asks the server for a few objects, to know whether
 * what the watches told is true.
 */
export async function keepUp(view: WatchedView, options: UpkeepOptions): Promise<void> {
  const { clock, signal, random = Math.random } = options
  const untilCheck = () => CHECK_MS * (0.5 + random())
  let left = untilCheck()
  while (!signal.aborted) {
    await clock.sleep(TIDY_MS, signal)
    if (signal.aborted) return
    view.closeUnused()
    left -= TIDY_MS
    if (left > 0) continue
    left = untilCheck()
    await check(view, options)
  }
}

async function check(view: WatchedView, { clock, signal, random = Math.random, onDisagreement }: UpkeepOptions) {
  try {
    const wrong = await findDisagreements(view, view.records(), { clock, random, signal })
    for (const kind of kindsOf(wrong.map(({ key }) => key))) {
      onDisagreement(kind)
      view.listAnew(kind)
    }
  } catch (error) {
    // A cluster that does not answer now is asked again next time.
    if (!(error instanceof ClusterError || error instanceof LockstepError)) throw error
  }
}
