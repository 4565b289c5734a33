import { setTimeout as sleep } from 'node:timers/promises'
import type {
  ApplyOptions,
  Cluster,
  CreateOptions,
  DeleteOptions,
  LiveObject,
  ObjectList,
  PatchOptions,
  RequestCounts,
  ResourceKind,
  Selection,
  WatchEvent,
  WatchOptions,
} from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { isJsonObject, type JsonObject } from '../../model/json.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import type { ApiClient, Purpose } from './api-client.ts'
import { collectionPath, objectPath } from './api-path.ts'
import { Discovery } from './discovery.ts'
import { listAll, type PageReader, readList } from './list.ts'
import { keyOf } from './object-key.ts'
import type { Subject } from './status-error.ts'
import { followObjects } from './watch.ts'
import { applyRequest, createRequest, deleteRequest, patchRequest, type WriteRequest } from './write-requests.ts'

/** Kinds whose objects change what kinds there are. */
const DEFINITIONS = new Set(['CustomResourceDefinition', 'APIService'])

const EVENT_TIMEOUT_MS = 3_000

interface Parts {
  readonly name: string
  readonly namespace: string
  readonly api: ApiClient
  readonly discovery: Discovery
  readonly pageSize: number
}

/** `Cluster` over one API server. */
export class KubernetesCluster implements Cluster {
  readonly name: string
  readonly namespace: string
  readonly #parts: Parts
  readonly #api: ApiClient
  /** For requests about one object. */
  readonly #objects: ApiClient
  /** For Events: they are news, and nothing waits long for them. */
  readonly #events: ApiClient
  readonly #discovery: Discovery
  readonly #pageSize: number

  private constructor(parts: Parts, purpose?: Purpose) {
    this.name = parts.name
    this.namespace = parts.namespace
    this.#parts = parts
    this.#api = parts.api
    this.#objects = purpose ? parts.api.forPurpose(purpose) : parts.api
    this.#events = parts.api.forPurpose({ ...purpose, countAs: 'events', requestTimeoutMs: EVENT_TIMEOUT_MS })
    // Who has little time has none to wait for kinds either.
    this.#discovery = purpose?.requestTimeoutMs ? new Discovery(this.#objects) : parts.discovery
    this.#pageSize = parts.pageSize
  }

  static over(name: string, namespace: string, api: ApiClient, pageSize: number): KubernetesCluster {
    return new KubernetesCluster({ name, namespace, api, discovery: new Discovery(api), pageSize })
  }

  /**
   * The same cluster, with requests about single objects sent for another purpose. Lists and watches stay as they are, and connections and
   * counts are shared: closing either closes both. Known kinds are shared too, unless the purpose has less time.
   */
  forPurpose(purpose: Purpose): KubernetesCluster {
    return new KubernetesCluster(this.#parts, purpose)
  }

  get requests(): RequestCounts {
    return { ...this.#api.counts }
  }

  async serverVersion(): Promise<string> {
    const subject = { label: 'the version', secret: false }
    const answer = await this.#api.call({
      verb: 'discovery',
      method: 'GET',
      path: '/version',
      subject,
      repeatable: true,
      everywhere: true,
    })
    return String(answer.gitVersion ?? 'unknown')
  }

  async scope(kind: ResourceKind): Promise<'namespaced' | 'cluster' | undefined> {
    const resource = await this.#discovery.find(kind)
    return resource && (resource.namespaced ? 'namespaced' : 'cluster')
  }

  async apply(body: JsonObject, options: ApplyOptions): Promise<LiveObject> {
    const key = keyOf(body)
    return this.#write(key, applyRequest(await this.#pathOf(key), body, options))
  }

  async get(key: ResourceKey): Promise<LiveObject | undefined> {
    return this.#orNothing(key, async () => {
      const path = await this.#pathOf(key)
      return this.#objects.call({ verb: 'get', method: 'GET', path, subject: subjectOf(key), repeatable: true })
    })
  }

  async list(kind: ResourceKind, selection: Selection = {}): Promise<ObjectList> {
    return (
      (await this.#orNothing(kind, async () => {
        const resource = await this.#discovery.require(kind)
        return listAll(this.#api, { resource, kind, selection, pageSize: this.#pageSize })
      })) ?? { items: [], resourceVersion: '' }
    )
  }

  async delete(key: ResourceKey, options: DeleteOptions = {}): Promise<'deleted' | 'deleting' | 'gone'> {
    const answer = await this.#orNothing(key, async () =>
      this.#write(key, deleteRequest(await this.#pathOf(key), options)),
    )
    if (!answer) return 'gone'
    return isStillThere(answer) ? 'deleting' : 'deleted'
  }

  async patch(key: ResourceKey, body: JsonObject, options: PatchOptions): Promise<LiveObject> {
    return this.#write(key, patchRequest(await this.#pathOf(key, options.subresource), body, options))
  }

  async create(body: JsonObject, options: CreateOptions): Promise<LiveObject> {
    const key = keyOf(body, 'generateName')
    const path = collectionPath(await this.#discovery.require(key), this.#namespaceOf(key))
    return this.#write(key, createRequest(path, body, options))
  }

  async watch(
    kind: ResourceKind,
    { labelSelector, namespace, ...start }: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const selection = { labelSelector, namespace }
    const ended = AbortSignal.any([signal, this.#api.closed])
    const subject = { label: `the watch of ${kind.kind}`, secret: kind.kind === 'Secret' }
    const source = {
      kind,
      subject,
      list: (reader: PageReader) =>
        this.#noticing(kind, async () => {
          const resource = await this.#discovery.require(kind)
          return readList(this.#api, { resource, kind, selection, pageSize: this.#pageSize }, reader)
        }),
      open: (resourceVersion: string) =>
        this.#noticing(kind, async () => {
          const path = collectionPath(await this.#discovery.require(kind), namespace)
          const query = { watch: 'true', allowWatchBookmarks: 'true', labelSelector, resourceVersion }
          return this.#api.open({ verb: 'watch', method: 'GET', path, query, subject, repeatable: true }, ended)
        }),
      wait: (ms: number) => sleep(ms, undefined, { signal: ended }).catch(() => {}),
    }
    await followObjects(source, start, onEvent, ended)
  }

  async close(): Promise<void> {
    await this.#api.close()
  }

  async #write(key: ResourceKey, request: WriteRequest): Promise<LiveObject> {
    const client = key.kind === 'Event' ? this.#events : this.#objects
    const answer = await this.#noticing(key, () => client.call({ ...request, subject: subjectOf(key) }))
    // Both `certificates.cert-manager.io` and `v1.metrics.k8s.io` name the group after the first dot.
    if (DEFINITIONS.has(key.kind)) this.#discovery.forgetGroup(key.name.slice(key.name.indexOf('.') + 1))
    return answer
  }

  async #pathOf(key: ResourceKey, subresource?: string): Promise<string> {
    return objectPath(await this.#discovery.require(key), this.#namespaceOf(key), key.name, subresource)
  }

  #namespaceOf(key: ResourceKey): string {
    return key.namespace ?? this.namespace
  }

  /** undefined where there is no such object, or no such kind. */
  async #orNothing<T>(kind: ResourceKind, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#noticing(kind, work)
    } catch (error) {
      if (error instanceof ClusterError && (error.kind === 'unknown-kind' || error.kind === 'not-found'))
        return undefined
      throw error
    }
  }

  /** A kind that was known may be gone. */
  async #noticing<T>(kind: ResourceKind, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof ClusterError && error.kind === 'unknown-kind') this.#discovery.forget(kind)
      throw error
    }
  }
}

function subjectOf(key: ResourceKey): Subject {
  return { label: resourceLabel(key), secret: key.group === '' && key.kind === 'Secret' }
}

/** A Status says that the object is gone; the object itself, marked for deletion, that it is not yet. */
function isStillThere({ kind, metadata }: LiveObject): boolean {
  return kind !== 'Status' && isJsonObject(metadata) && metadata.deletionTimestamp !== undefined
}
