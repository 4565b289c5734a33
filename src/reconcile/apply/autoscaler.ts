import type { ResourceKind } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { ownersOf, owns } from '../fields/own-fields.ts'
import { objectAt, textAt } from '../live/live-object.ts'

export const AUTOSCALERS: ResourceKind = { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' }
const REPLICAS = [{ field: 'spec' }, { field: 'replicas' }]

/** Somebody else writes `spec.replicas` of a live object, so it matters whether an autoscaler is meant to. */
export function replicasAreContested(live: JsonObject): boolean {
  return ownersOf(live).some((owner) => !owner.ours && owns(owner, REPLICAS))
}

/** True when one of the autoscalers of the object's namespace scales it. */
export function isAutoscaled(key: ResourceKey, autoscalers: readonly JsonObject[]): boolean {
  return autoscalers.some((autoscaler) => {
    const reference = objectAt(autoscaler, 'spec', 'scaleTargetRef')
    const group = textAt(reference, 'apiVersion')?.split('/').at(-2) ?? ''
    const sameNamespace = textAt(autoscaler, 'metadata', 'namespace') === key.namespace
    return (
      sameNamespace &&
      group === key.group &&
      textAt(reference, 'kind') === key.kind &&
      textAt(reference, 'name') === key.name
    )
  })
}

/**
 * The body without `spec.replicas`. Safe only once the autoscaler owns the field: given up by its last owner, the server would put
 * it back to 1.
 */
export function withoutReplicas(body: JsonObject): JsonObject {
  const { replicas: _, ...spec } = objectAt(body, 'spec') ?? {}
  return { ...body, spec }
}
