import type { LiveObject } from '../../model/cluster.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { ownersOf } from '../fields/own-fields.ts'
import { INVENTORY_LABEL, TARGET_LABEL } from '../labels.ts'
import { currentInventory } from '../live/current-inventory.ts'
import { kindId, kindsOf } from '../live/kinds-of.ts'
import { keyOf, labelOf, objectsAt, textAt } from '../live/live-object.ts'
import { openSession, type TargetRequest } from '../pass/session.ts'
import type { ReconcilePorts } from '../ports.ts'

/** An object in a target's namespaces that neither Git nor another object of the cluster accounts for. */
export interface UnmanagedObject {
  readonly key: ResourceKey
  /** ISO 8601, when it was made. */
  readonly since: string
  /** Field manager that wrote first, e.g. `kubectl-create`. */
  readonly manager?: string
}

/** Every namespace has these. */
const GENERATED = new Set([
  '/ConfigMap/kube-root-ca.crt',
  '/ConfigMap/openshift-service-ca.crt',
  '/ServiceAccount/default',
])
/** Made by controllers that do not say for what. */
const GENERATED_KINDS = new Set(['/Endpoints', '/Event', 'events.k8s.io/Event', 'coordination.k8s.io/Lease'])
const SLICE_OF = 'kubernetes.io/service-name'
const TOKEN = 'kubernetes.io/service-account-token'

/**
 * Objects without our label in the namespaces of a target's objects, of the kinds that it uses there; sorted by namespace, kind and name.
 * What controllers make is left out. One LIST for each kind and namespace.
 */
export async function unmanagedObjects(ports: ReconcilePorts, request: TargetRequest): Promise<UnmanagedObject[]> {
  const session = await openSession(ports, request)
  const keys = [...(await currentInventory(session)).records.values()].map(({ key }) => key)
  const namespaces = [...new Set(keys.flatMap(({ namespace }) => namespace ?? []))]
  const kinds = kindsOf(keys.filter(({ namespace }) => namespace !== undefined))
  const places = namespaces.flatMap((namespace) => kinds.map((kind) => ({ namespace, kind })))
  const labelSelector = `!${TARGET_LABEL},!${INVENTORY_LABEL}`
  const found = await mapLimited(places, session.concurrency, async ({ namespace, kind }) => {
    const { items } = await session.cluster.list(kind, { namespace, labelSelector })
    return items.filter((object) => !isGenerated(object)).map(toUnmanaged)
  })
  return found.flat().sort((a, b) => orderOf(a).localeCompare(orderOf(b)))
}

/** Another object made it, or the cluster itself. */
export function isGenerated(object: LiveObject): boolean {
  const key = keyOf(object)
  if (objectsAt(object, 'metadata', 'ownerReferences').length > 0) return true
  if (GENERATED_KINDS.has(kindId(key)) || GENERATED.has(`${kindId(key)}/${key.name}`)) return true
  if (kindId(key) === 'discovery.k8s.io/EndpointSlice') return labelOf(object, SLICE_OF) !== undefined
  return kindId(key) === '/Secret' && textAt(object, 'type') === TOKEN
}

function toUnmanaged(object: LiveObject): UnmanagedObject {
  const since = textAt(object, 'metadata', 'creationTimestamp') ?? ''
  const [first] = ownersOf(object).toSorted((a, b) => (a.time ?? '').localeCompare(b.time ?? ''))
  return { key: keyOf(object), since, ...(first && { manager: first.manager }) }
}

function orderOf({ key }: UnmanagedObject): string {
  return [key.namespace, key.kind, key.name].join('\n')
}
