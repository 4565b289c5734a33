import type { Cluster, LiveObject } from '../../src/model/cluster.ts'
import { ClusterError, type ClusterErrorKind } from '../../src/model/cluster-error.ts'
import { isJsonObject, type JsonObject } from '../../src/model/json.ts'
import type { InventorySession } from '../../src/reconcile/inventory/inventory-store.ts'
import { NAMESPACE, OWNER } from './inventories.ts'

/** The ConfigMaps of one namespace, with the preconditions that an API server keeps. `inventory.test.ts` proves the same on a real one. */
export class MemoryConfigMaps {
  readonly bodies = new Map<string, LiveObject>()
  /** `apply lockstep-…`: every write that was let through. */
  readonly writes: string[] = []
  /** Thrown instead of the write of this number, counted from 1. */
  diesAt = Number.POSITIVE_INFINITY
  #version = 0
  #begun = 0

  session(): InventorySession {
    const cluster = {
      get: async ({ name }: { name: string }) => this.bodies.get(name),
      list: async () => ({ items: [...this.bodies.values()], resourceVersion: String(this.#version) }),
      apply: async (body: JsonObject) => this.#apply(body),
      create: async (body: JsonObject) => this.#create(body),
      delete: async ({ name }: { name: string }, only: { uid?: string }) => this.#delete(name, only.uid),
    }
    const { repository, target } = OWNER
    const signal = new AbortController().signal
    return {
      cluster: cluster as unknown as Cluster,
      repository,
      target,
      inventoryNamespace: NAMESPACE,
      concurrency: 4,
      signal,
    }
  }

  #apply(body: JsonObject): LiveObject {
    const { name, uid, version } = facts(body)
    this.#begin(`apply ${name}`)
    const before = facts(this.bodies.get(name) ?? {})
    if (uid !== undefined && uid !== before.uid) throw refusal('stale')
    if (version !== undefined && version !== before.version) throw refusal('stale')
    return this.#store(body, before.uid ?? `uid-${this.#version}`)
  }

  #create(body: JsonObject): LiveObject {
    const { name } = facts(body)
    this.#begin(`create ${name}`)
    if (this.bodies.has(name)) throw refusal('exists')
    return this.#store(body, `uid-${this.#version}`)
  }

  #delete(name: string, uid: string | undefined): 'deleted' | 'gone' {
    this.#begin(`delete ${name}`)
    const known = this.bodies.get(name)
    if (known && uid !== undefined && facts(known).uid !== uid) throw refusal('stale')
    return this.bodies.delete(name) ? 'deleted' : 'gone'
  }

  #begin(write: string): void {
    if (++this.#begun >= this.diesAt) throw new Error('the process ends here')
    this.writes.push(write)
  }

  #store(body: JsonObject, uid: string): LiveObject {
    const metadata = { ...(body.metadata as JsonObject), uid, resourceVersion: String(++this.#version) }
    const stored = { ...body, metadata }
    this.bodies.set(facts(body).name, stored)
    return stored
  }
}

function facts(body: JsonObject): { name: string; uid: string | undefined; version: string | undefined } {
  const { name, uid, resourceVersion } = isJsonObject(body.metadata) ? body.metadata : {}
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return { name: text(name) ?? '', uid: text(uid), version: text(resourceVersion) }
}

function refusal(kind: ClusterErrorKind): ClusterError {
  return new ClusterError({ kind, status: 409, reason: 'Conflict', message: kind })
}
