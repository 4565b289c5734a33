import type { Cluster } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { isOwnObject } from '../desired/own-objects.ts'
import { keyOf } from '../live/live-object.ts'

/**
 * One cluster under two identities: what a target's objects need goes through `acting`, what Lockstep remembers there (admission lets no target hold
 * that) and its Events through `own`. Both share lists, watches and counts.
 */
export function actingCluster(own: Cluster, acting: Cluster, inventoryNamespace: string): Cluster {
  const of = (key: ResourceKey, body: JsonObject = {}) => (isOwnObject(key, body, inventoryNamespace) ? own : acting)
  const ofEvent = (key: ResourceKey, body?: JsonObject) => (isEvent(key) ? own : of(key, body))
  return {
    name: own.name,
    namespace: own.namespace,
    get requests() {
      return own.requests
    },
    serverVersion: () => own.serverVersion(),
    scope: (kind) => own.scope(kind),
    list: (kind, selection) => own.list(kind, selection),
    watch: (kind, options, onEvent, signal) => own.watch(kind, options, onEvent, signal),
    get: (key) => of(key).get(key),
    apply: (body, options) => of(keyOf(body), body).apply(body, options),
    patch: (key, body, options) => ofEvent(key, body).patch(key, body, options),
    create: (body, options) => ofEvent(keyOf(body), body).create(body, options),
    delete: (key, options) => of(key).delete(key, options),
    close: () => own.close(),
  }
}

function isEvent({ group, kind }: ResourceKey): boolean {
  return kind === 'Event' && (group === '' || group === 'events.k8s.io')
}
