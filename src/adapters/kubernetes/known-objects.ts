import type { KnownObjects, LiveObject, ObjectIdentity, ResourceKind, WatchEvent } from '../../model/cluster.ts'
import { identityOf } from '../../model/object-identity.ts'
import { apiVersion } from '../../model/resource-key.ts'

type Change = Extract<WatchEvent, { object: LiveObject }>

/** Identities by name, for listeners that keep none themselves. */
export class RememberedObjects implements KnownObjects {
  readonly #identities = new Map<string, ObjectIdentity>()

  constructor(items: readonly LiveObject[] = []) {
    for (const object of items) this.take({ type: 'ADDED', object })
  }

  take({ type, object }: Change): void {
    const identity = identityOf(object)
    const key = keyText(identity.namespace, identity.name)
    if (type === 'DELETED') this.#identities.delete(key)
    else this.#identities.set(key, identity)
  }

  get(namespace: string | undefined, name: string): ObjectIdentity | undefined {
    return this.#identities.get(keyText(namespace, name))
  }

  all(): Iterable<ObjectIdentity> {
    return this.#identities.values()
  }
}

/** What is new about a listed object. */
export function changesBetween(known: KnownObjects, kind: ResourceKind, object: LiveObject): Change[] {
  const { namespace, name, uid, version } = identityOf(object)
  const before = known.get(namespace, name)
  if (!before) return [{ type: 'ADDED', object }]
  if (before.uid !== uid) return [deletion(kind, before, version), { type: 'ADDED', object }]
  return before.version === version ? [] : [{ type: 'MODIFIED', object }]
}

/** Of an object that a list of this version does not have any more. */
export function deletion(kind: ResourceKind, { namespace, name, uid }: ObjectIdentity, version: string): Change {
  const metadata = { name, namespace, uid, resourceVersion: version }
  return { type: 'DELETED', object: { apiVersion: apiVersion({ ...kind, name }), kind: kind.kind, metadata } }
}

function keyText(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`
}
