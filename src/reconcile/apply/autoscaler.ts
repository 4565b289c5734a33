import type { ResourceKind } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import type { PathStep } from '../fields/managed-path.ts'
import { isOurs } from '../fields/own-entry.ts'
import { objectAt, objectsAt, textAt, valueAt } from '../live/live-object.ts'
import { fieldsScaled } from './scaled-fields.ts'

export const AUTOSCALERS: ResourceKind = { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' }

/** Who decides over fields of an object that autoscalers write, as far as the object itself tells. */
export interface Contest {
  /**
   * Somebody besides us writes `spec.replicas`, so it matters whether an autoscaler is meant to. That includes a number that nobody owns:
   * the server notes no owner for a scale to 0.
   */
  readonly replicasContested: boolean
  /** We set `spec.replicas`, alone. */
  readonly ownsReplicas?: boolean
  /** Fields that an autoscaler writes itself: they leave our intent. */
  readonly scaled?: readonly (readonly PathStep[])[]
}

export function contestOf(live: JsonObject): Contest {
  const entries = objectsAt(live, 'metadata', 'managedFields')
  const owners = entries.filter(ownsReplicas)
  const scaled = fieldsScaled(entries)
  const others = owners.some((entry) => !isOurs(entry))
  return {
    replicasContested: others || (owners.length === 0 && valueAt(live, 'spec', 'replicas') !== undefined),
    ...(owners.length > 0 && !others && { ownsReplicas: true }),
    ...(scaled.length > 0 && { scaled }),
  }
}

function ownsReplicas(entry: JsonObject): boolean {
  const spec = objectAt(entry, 'fieldsV1', 'f:spec')
  return spec !== undefined && ('f:replicas' in spec || Object.keys(spec).length === 0)
}

/** A desired object as an autoscaler: a HorizontalPodAutoscaler, or KEDA's ScaledObject, which makes one. */
export function scaleTargetOf({ group, kind, namespace }: ResourceKey, body: JsonObject): JsonObject | undefined {
  const reference = objectAt(body, 'spec', 'scaleTargetRef')
  if (!reference || namespace === undefined) return undefined
  if (group === 'autoscaling' && kind === AUTOSCALERS.kind)
    return { metadata: { namespace }, spec: { scaleTargetRef: reference } }
  if (group !== 'keda.sh' || kind !== 'ScaledObject') return undefined
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', ...reference }
  return { metadata: { namespace }, spec: { scaleTargetRef } }
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
