import { textAt } from '../live/live-object.ts'
import { HEALTHY, type HealthRule, progressing } from './verdict.ts'

/** A load balancer's address is not waited for: clusters without a provider never give one. */
export const serviceHealth: HealthRule = (object) => {
  if (textAt(object, 'spec', 'type') !== 'LoadBalancer' || textAt(object, 'spec', 'clusterIP')) return HEALTHY
  return progressing('has no cluster address')
}
