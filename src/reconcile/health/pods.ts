import type { JsonObject } from '../../model/json.ts'
import { conditionOf, objectsAt, textAt } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthRule, progressing } from './verdict.ts'

export const podHealth: HealthRule = (object) => {
  const phase = textAt(object, 'status', 'phase')
  if (phase === 'Succeeded') return HEALTHY
  if (phase === 'Failed') return degraded(textAt(object, 'status', 'message') ?? 'the Pod failed')
  const stuck = stuckReason(object)
  if (stuck) return degraded(`a container waits: ${stuck}`)
  const ready = conditionOf(object, 'Ready')
  if (phase === 'Running' && ready?.status === 'True') return HEALTHY
  const scheduled = conditionOf(object, 'PodScheduled')
  const waits = scheduled?.status === 'False' ? scheduled.message : ready?.message
  return progressing(waits || `phase ${phase ?? 'unknown'}`)
}

/** Why a container that is started again and again does not come up. A Pod that is not restarted ends as Failed instead. */
function stuckReason(object: JsonObject): string | undefined {
  if ((textAt(object, 'spec', 'restartPolicy') ?? 'Always') !== 'Always') return undefined
  const statuses = [
    ...objectsAt(object, 'status', 'initContainerStatuses'),
    ...objectsAt(object, 'status', 'containerStatuses'),
  ]
  const reasons = statuses.map((container) => textAt(container, 'state', 'waiting', 'reason') ?? '')
  return reasons.find((reason) => /^Err|Error$|BackOff$/.test(reason))
}
