import { conditionOf } from '../live/live-object.ts'
import { HEALTHY, type HealthRule, progressing } from './verdict.ts'

/** The Ready condition that most custom resources keep; objects without one (a ConfigMap) are healthy once they exist. */
export const readyHealth: HealthRule = (object) => {
  const ready = conditionOf(object, 'Ready')
  if (!ready || ready.status === 'True') return HEALTHY
  return progressing(ready.message || ready.reason || 'is not ready')
}
