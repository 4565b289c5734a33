import { textAt } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthRule, progressing } from './verdict.ts'

/** Pending is progress: with `WaitForFirstConsumer` a claim waits for the Pod that uses it. */
export const volumeClaimHealth: HealthRule = (object) => {
  const phase = textAt(object, 'status', 'phase')
  if (phase === 'Bound') return HEALTHY
  return phase === 'Lost' ? degraded('the volume is lost') : progressing(`phase ${phase ?? 'unknown'}`)
}
