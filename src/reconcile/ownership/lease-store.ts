import type { Cluster, LiveObject } from '../../model/cluster.ts'
import { ClusterError, type ClusterErrorKind } from '../../model/cluster-error.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { FIELD_MANAGER } from '../labels.ts'
import { type LeaseRecord, parseLease } from './lease-record.ts'

/** One Lease object. Every write is onto the version that was read, so that of two who try one succeeds. */
export class LeaseStore {
  readonly #cluster: Cluster
  readonly #key: ResourceKey & { readonly namespace: string }

  constructor(cluster: Cluster, namespace: string, name: string) {
    this.#cluster = cluster
    this.#key = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace, name }
  }

  /** undefined: there is none. */
  async read(): Promise<LeaseRecord | undefined> {
    const body = await this.#cluster.get(this.#key)
    return body && parseLease(body)
  }

  /** Replaces `before`, or makes the Lease where there was none; undefined: somebody else was faster. */
  async write(
    before: LeaseRecord | undefined,
    spec: JsonObject,
    timeLeftMs?: () => number,
  ): Promise<LeaseRecord | undefined> {
    const options = { fieldManager: FIELD_MANAGER, ...(timeLeftMs && { timeLeftMs }) }
    if (!before) return this.#settled(spec, () => this.#create(spec, options))
    const metadata = { resourceVersion: before.resourceVersion }
    return this.#settled(spec, () => this.#cluster.patch(this.#key, { metadata, spec }, options))
  }

  /** A write whose answer was lost and that was sent again meets itself. */
  async #settled(spec: JsonObject, write: () => Promise<LiveObject>): Promise<LeaseRecord | undefined> {
    try {
      return parseLease(await write())
    } catch (error) {
      if (!isKind(error, 'stale', 'exists', 'not-found')) throw error
      const now = await this.read()
      return now?.holder === spec.holderIdentity && now?.renewTime === spec.renewTime ? now : undefined
    }
  }

  async #create(spec: JsonObject, options: { readonly fieldManager: string }): Promise<LiveObject> {
    const { name, namespace } = this.#key
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec }
    try {
      return await this.#cluster.create(body, options)
    } catch (error) {
      if (!isKind(error, 'not-found')) throw error
      const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
      await this.#cluster.apply(home, { fieldManager: FIELD_MANAGER })
      return this.#cluster.create(body, options)
    }
  }
}

function isKind(error: unknown, ...kinds: readonly ClusterErrorKind[]): boolean {
  return error instanceof ClusterError && kinds.includes(error.kind)
}
