import { conditionOf } from '../live/live-object.ts'
import { byCondition, words } from './conditions.ts'
import { degraded, HEALTHY, type HealthRule } from './verdict.ts'

/** Knative says Unknown while it works, and False for what failed. A revision without traffic is at rest. */
export const knativeHealth: HealthRule = (object) => {
  const active = conditionOf(object, 'Active')
  if (object.kind === 'Revision' && active?.status === 'False' && active.reason === 'NoTraffic') return HEALTHY
  if (!conditionOf(object, 'Ready') && conditionOf(object, 'Succeeded'))
    return byCondition(object, 'Succeeded', degraded)
  return byCondition(object, 'Ready', (message) => degraded(words(conditionOf(object, 'Ready'), message)))
}
