import type { JsonObject } from '../../src/model/json.ts'
import type { LiveRecord } from '../../src/reconcile/live/live-record.ts'

/** A record of a ConfigMap in `default`. */
export function liveRecord(name: string, more: Partial<LiveRecord> = {}): LiveRecord {
  return {
    key: { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name },
    uid: `uid-of-${name}`,
    version: '1',
    label: 'target-a',
    ownHash: 'applied',
    replicasContested: false,
    prune: undefined,
    applied: true,
    health: { health: 'Healthy', message: '' },
    ...more,
  }
}

export function labelled(object: JsonObject, label: string): JsonObject {
  const metadata = object.metadata as JsonObject
  return { ...object, metadata: { ...metadata, labels: { 'lockstep.dev/target': label } } }
}
