import type { LiveObject, ResourceKind } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import type { HealthVerdict } from '../health/verdict.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { LiveRecord } from './live-record.ts'
import type { LiveChange } from './record-store.ts'

/** How the objects of one target are judged, where its environment has rules of its own. */
export interface HealthRules {
  /** Equal for equal rules. */
  readonly id: string
  /** The kinds they speak of, as `kindId` prints them. */
  readonly kinds: ReadonlySet<string>
  verdict(object: LiveObject): HealthVerdict
}

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
  /** Resolves when something about this target's objects changes from now on, or when `signal` aborts. */
  changed(label: string, signal: AbortSignal): Promise<void>
  /** From now on the objects of this label are judged so; undefined: as every other. */
  useHealth(label: string, rules: HealthRules | undefined): void
  /** From now on these field managers count as people for the objects of this label, besides those known to be. */
  usePeople(label: string, managers: readonly string[]): void
  /** `metadata` and `spec.scaleTargetRef` of the autoscalers in a namespace, ours or not. */
  autoscalers(namespace: string, signal: AbortSignal): Promise<readonly JsonObject[]>
}

/** The inventories of a cluster; what they answer changes with them. */
export interface Inventories {
  /** By `targetLabel`. */
  of(label: string): Inventory | undefined
  inventories(): readonly Inventory[]
}

/** A view that watches keep up to date, for everyone who works on the cluster. */
export interface ClusterView extends LiveView {
  /** Every inventory of the cluster up to now. Throws what the cluster says where they cannot be known. */
  inventories(signal: AbortSignal): Promise<Inventories>
  /** The server answered a write of an inventory with this ConfigMap. */
  takeInventory(object: LiveObject): void
  /** Everything about these kinds and the inventories was told up to now. */
  isCurrent(kinds: readonly ResourceKind[]): boolean
  /** Tells every change of an object that carries our label; answers what ends that. */
  onChange(listener: (change: LiveChange) => void): () => void
  /** Tells the `targetLabel` of every inventory that came, changed or went. */
  onInventory(listener: (label: string) => void): () => void
  /** A pass works on this target; answers what ends that. */
  begin(label: string): () => void
  isBusy(label: string): boolean
  /** Tells the label of every target that no pass works on any more. */
  onIdle(listener: (label: string) => void): () => void
  close(): Promise<void>
}
