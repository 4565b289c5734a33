import type { JsonObject } from './json.ts'
import type { ResourceKey } from './resource-key.ts'

/** A group, version and kind, e.g. apps/v1 Deployment. */
export type ResourceKind = Pick<ResourceKey, 'group' | 'version' | 'kind'>

/** An object as the API server answers it: nothing dropped, integers exact, `apiVersion` and `kind` always set. */
export type LiveObject = JsonObject

export interface ObjectList {
  readonly items: readonly LiveObject[]
  /** Where a watch may go on from. */
  readonly resourceVersion: string
}

export interface Selection {
  /** Kubernetes syntax, e.g. `app=checkout,tier in (web, api)`. */
  readonly labelSelector?: string
  /** All namespaces when absent. */
  readonly namespace?: string
}

/** Bounds a request that changes something. */
export interface WriteLimit {
  /** Asked before each attempt, retries included: milliseconds that it may take at most. Throws where it may not be sent any more. */
  readonly timeLeftMs?: () => number
}

export interface ApplyOptions extends WriteLimit {
  readonly fieldManager: string
  /** Takes fields that other managers own. */
  readonly force?: boolean
  /** The server checks and answers, and stores nothing. */
  readonly dryRun?: boolean
  /** Of a dry run: `metadata` alone comes back, which is half of what there is to print and to read. */
  readonly answer?: 'object' | 'metadata'
  /** `Strict` by default. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore'
}

export interface DeleteOptions extends WriteLimit {
  /** Preconditions: another object of that name, or a newer version of it, is left alone (ClusterError kind `stale`). */
  readonly uid?: string
  readonly resourceVersion?: string
  readonly dryRun?: boolean
  /** `Background` by default. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
}

export interface PatchOptions extends WriteLimit {
  readonly fieldManager: string
  /** e.g. `scale`, `status`. */
  readonly subresource?: string
  readonly dryRun?: boolean
}

export interface CreateOptions extends WriteLimit {
  readonly fieldManager: string
  readonly dryRun?: boolean
}

export type WatchEvent =
  /** A DELETED may carry the identity alone; its resourceVersion is that of the deletion, or of a list that did not have it any more. */
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: LiveObject }
  /** Everything up to now has been told: after the first list, and whenever a broken stream goes on. */
  | { readonly type: 'SYNCED' }
  /** The stream broke and is being reopened: what is known may be old until the next SYNCED. */
  | { readonly type: 'LOST'; readonly error: Error }

export interface WatchOptions extends Selection {
  /** What `list` answered for the same selection; without it the watch lists first and tells every object as ADDED. */
  readonly from?: ObjectList
  /** What the listener holds, where it keeps that itself; it must have taken in every event when `onEvent` returns. */
  readonly known?: KnownObjects
}

export interface ObjectIdentity {
  readonly namespace?: string | undefined
  readonly name: string
  readonly uid: string
  /** `metadata.resourceVersion`. */
  readonly version: string
}

/** What a watch has told so far, so that after a gap it can tell the difference. */
export interface KnownObjects {
  get(namespace: string | undefined, name: string): ObjectIdentity | undefined
  all(): Iterable<ObjectIdentity>
}

/**
 * Requests sent since the start, retries included. `patch` counts applies too; what is a dry run counts as `dryRun` only, all about who
 * holds the cluster as `lease` only, and what writes Events as `events` only.
 */
export interface RequestCounts {
  readonly get: number
  readonly list: number
  readonly watch: number
  readonly patch: number
  readonly dryRun: number
  readonly delete: number
  readonly create: number
  readonly discovery: number
  readonly lease: number
  readonly events: number
}

export const NO_REQUESTS: RequestCounts = {
  get: 0,
  list: 0,
  watch: 0,
  patch: 0,
  dryRun: 0,
  delete: 0,
  create: 0,
  discovery: 0,
  lease: 0,
  events: 0,
}

/**
 * One Kubernetes API server. What the server refuses is a ClusterError; a server that cannot be reached, or does not know us, is a
 * LockstepError of kind `unreachable`. Idempotent calls are repeated a few times on 429, 5xx and broken connections first.
 */
export interface Cluster {
  /** The operator's name for it. */
  readonly name: string
  /** Where namespaced objects go that name no namespace: the context's, else `default`. */
  readonly namespace: string
  readonly requests: RequestCounts
  /** e.g. `v1.34.4`. */
  serverVersion(): Promise<string>
  /** undefined: this server has no such kind. Kinds that were unknown are looked up again. */
  scope(kind: ResourceKind): Promise<'namespaced' | 'cluster' | undefined>
  /** Server-side apply; answers the object as stored (or as it would be). */
  apply(body: JsonObject, options: ApplyOptions): Promise<LiveObject>
  /** undefined: there is no such object, or no such kind. */
  get(key: ResourceKey): Promise<LiveObject | undefined>
  /** All pages. Objects that appear or go meanwhile are in or out by the server's one snapshot. A kind the server lacks has none. */
  list(kind: ResourceKind, selection?: Selection): Promise<ObjectList>
  /** `deleting`: it was asked to go and is still there, by finalizers or a grace period. `gone`: there was none. */
  delete(key: ResourceKey, options?: DeleteOptions): Promise<'deleted' | 'deleting' | 'gone'>
  /** JSON merge patch; with `metadata.resourceVersion` in it, only onto that version. */
  patch(key: ResourceKey, body: JsonObject, options: PatchOptions): Promise<LiveObject>
  /** Not repeated after a broken connection unless it never left. `metadata.generateName` may stand for the name. */
  create(body: JsonObject, options: CreateOptions): Promise<LiveObject>
  /**
   * Tells changes until `signal` aborts (then resolves). Survives resets, silent streams and expired versions: after a gap it lists again
   * and tells the difference, so no change of state is lost (states in between may be). Rejects only when the server refuses for good
   * (forbidden, unknown kind). Events come in order, one at a time.
   */
  watch(
    kind: ResourceKind,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void>
  /** Ends watches and connections. */
  close(): Promise<void>
}
