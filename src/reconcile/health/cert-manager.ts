import { conditionOf, textAt } from '../live/live-object.ts'
import { byCondition, words } from './conditions.ts'
import { degraded, HEALTHY, type HealthRule, progressing } from './verdict.ts'

/** A certificate that is being renewed is still good while it is Ready. */
export const certificateHealth: HealthRule = (object) => {
  const ready = conditionOf(object, 'Ready')
  if (ready?.status === 'True') return HEALTHY
  const issuing = conditionOf(object, 'Issuing')
  if (issuing?.status === 'False' && issuing.reason === 'Failed') return degraded(words(issuing, 'issuing failed'))
  return progressing(words(issuing?.status === 'True' ? issuing : ready, 'has not been issued'))
}

export const certificateRequestHealth: HealthRule = (object) => {
  const ready = conditionOf(object, 'Ready')
  const denied = conditionOf(object, 'Denied')
  if (denied?.status === 'True') return degraded(words(denied, 'was denied'))
  if (ready?.status === 'True') return HEALTHY
  const failed = ready?.status === 'False' && ready.reason !== 'Pending'
  return failed ? degraded(words(ready, 'failed')) : progressing(words(ready, 'has not been signed'))
}

/** Issuer and ClusterIssuer: what is not Ready cannot sign. */
export const issuerHealth: HealthRule = (object) => byCondition(object, 'Ready', degraded)

/** Orders and Challenges of ACME. */
export const acmeHealth: HealthRule = (object) => {
  const state = textAt(object, 'status', 'state') ?? ''
  const reason = textAt(object, 'status', 'reason')
  if (state === 'valid') return HEALTHY
  if (['invalid', 'errored', 'expired'].includes(state)) return degraded(reason || `state ${state}`)
  return progressing(reason || `state ${state || 'unknown'}`)
}
