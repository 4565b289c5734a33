import { conditionOf } from '../live/live-object.ts'
import { byCondition } from './conditions.ts'
import { degraded, HEALTHY, type HealthRule, progressing } from './verdict.ts'

export const definitionHealth: HealthRule = (object) => {
  const names = conditionOf(object, 'NamesAccepted')
  if (names?.status === 'False') return degraded(names.message || 'its names are taken')
  const established = conditionOf(object, 'Established')
  if (established?.status === 'True') return HEALTHY
  if (established?.status === 'False' && established.reason !== 'Installing') return degraded(established.message)
  return progressing('is not established yet')
}

/** Until it is Available, its kinds are not served. */
export const apiServiceHealth: HealthRule = (object) => byCondition(object, 'Available', progressing)
