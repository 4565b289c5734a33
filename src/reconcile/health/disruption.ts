import { conditionOf, numberAt } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthRule, progressing } from './verdict.ts'

/** Too few Pods for a disruption is a fact about the workload, which has its own health. */
export const disruptionBudgetHealth: HealthRule = (object) => {
  if (numberAt(object, 'status', 'observedGeneration') === undefined) return progressing('has not been looked at')
  const allowed = conditionOf(object, 'DisruptionAllowed')
  if (allowed?.status !== 'False' || allowed.reason === 'InsufficientPods') return HEALTHY
  return degraded(allowed.message || allowed.reason)
}
