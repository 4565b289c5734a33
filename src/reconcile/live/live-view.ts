import type { LiveObject, ResourceKind } from '../../model/cluster.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import type { LiveRecord } from './live-record.ts'

/** What is known of a cluster's objects that carry our label. */
export interface LiveView {
  /** Resolves once every object of these kinds is known up to now. Throws what the cluster says where that cannot be. */
  hold(kinds: readonly ResourceKind[], signal: AbortSignal): Promise<void>
  /** The records whose label is this, by `resourceId`, of the kinds held. */
  ofTarget(label: string): ReadonlyMap<string, LiveRecord>
  /** The whole object, with our label or without; undefined when there is none. */
  object(key: ResourceKey): Promise<LiveObject | undefined>
  /** The server answered a write of ours with this. */
  take(object: LiveObject): LiveRecord
  /** The server answered that this is deleted. */
  forget(key: ResourceKey, uid: string): void
  /** Resolves when something changed since the last call, or when `signal` aborts. */
  changed(label: string, signal: AbortSignal): Promise<void>
}
