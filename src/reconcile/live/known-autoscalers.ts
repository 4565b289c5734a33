import type { KnownObjects, LiveObject, ObjectIdentity } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import { identityOf } from '../../model/object-identity.ts'
import { objectAt, textAt } from './live-object.ts'

/** What every autoscaler of a cluster scales, as a watch tells it. */
export class KnownAutoscalers implements KnownObjects {
  readonly #byName = new Map<string, JsonObject>()

  take(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: LiveObject): void {
    const { namespace, name, uid, version } = identityOf(object)
    if (type === 'DELETED') return void this.#byName.delete(`${namespace}/${name}`)
    const metadata = { namespace, name, uid, resourceVersion: version }
    const slim = { metadata, spec: { scaleTargetRef: objectAt(object, 'spec', 'scaleTargetRef') } }
    this.#byName.set(`${namespace}/${name}`, slim)
  }

  of(namespace: string): readonly JsonObject[] {
    return [...this.#byName.values()].filter((slim) => textAt(slim, 'metadata', 'namespace') === namespace)
  }

  get(namespace: string | undefined, name: string): ObjectIdentity | undefined {
    const slim = this.#byName.get(`${namespace}/${name}`)
    return slim && identityOf(slim)
  }

  *all(): Iterable<ObjectIdentity> {
    for (const slim of this.#byName.values()) yield identityOf(slim)
  }
}
