import { textAt } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthRule, progressing, suspended } from './verdict.ts'

/** A paused rollout waits for a person or for its analysis. */
export const rolloutHealth: HealthRule = (object) => {
  if (textAt(object, 'status', 'observedGeneration') === undefined) return progressing('has not been looked at')
  const message = textAt(object, 'status', 'message')
  switch (textAt(object, 'status', 'phase')) {
    case 'Healthy':
      return HEALTHY
    case 'Degraded':
      return degraded(message || 'the rollout was aborted')
    case 'Paused':
      return suspended(message || 'the rollout is paused')
    default:
      return progressing(message || 'the rollout is under way')
  }
}

/** AnalysisRun and Experiment. An inconclusive one needs a person to judge it. */
export const analysisHealth: HealthRule = (object) => {
  const phase = textAt(object, 'status', 'phase')
  const message = textAt(object, 'status', 'message')
  if (phase === 'Successful') return HEALTHY
  if (phase === 'Failed' || phase === 'Error') return degraded(message || `phase ${phase}`)
  if (phase === 'Inconclusive') return { health: 'Unknown', message: message || 'the analysis is inconclusive' }
  return progressing(message || `phase ${phase || 'unknown'}`)
}
