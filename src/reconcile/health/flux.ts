import { conditionOf, valueAt } from '../live/live-object.ts'
import { stalled, words } from './conditions.ts'
import { degraded, HEALTHY, type HealthRule, progressing, suspended } from './verdict.ts'

/** Reasons of a Ready that is False although nothing failed. */
const UNDER_WAY = /^(Progressing|DependencyNotReady|ArtifactFailed|HealthCheckCanceled|SourceNotReady|NoArtifact)$/

/**
 * Every kind of Flux. A failure that Flux tries again keeps Reconciling at True (`ProgressingWithRetry`), which kstatus would take
 * for progress for ever.
 */
export const fluxHealth: HealthRule = (object) => {
  if (valueAt(object, 'spec', 'suspend') === true) return suspended('is suspended')
  const ready = conditionOf(object, 'Ready')
  const reconciling = conditionOf(object, 'Reconciling')
  const retries = reconciling?.status === 'True' && reconciling.reason === 'ProgressingWithRetry'
  const failed = ready?.status === 'False' && !UNDER_WAY.test(ready.reason)
  const stuck = stalled(object)
  if (stuck) return stuck
  if (failed && (retries || reconciling?.status !== 'True')) return degraded(words(ready, 'is not ready'))
  if (reconciling?.status === 'True') return progressing(words(reconciling, 'is reconciling'))
  if (ready?.status === 'True') return HEALTHY
  return ready ? progressing(words(ready, 'is not ready')) : withoutConditions(object)
}

/** Alerts, providers and static sources have no status. */
const withoutConditions: HealthRule = (object) =>
  /^(Alert|Provider)$/.test(String(object.kind)) ? HEALTHY : progressing('has not been looked at')
