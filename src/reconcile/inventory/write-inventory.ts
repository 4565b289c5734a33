import type { LiveObject } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { LockstepError } from '../../model/errors.ts'
import type { JsonObject } from '../../model/json.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { FIELD_MANAGER } from '../labels.ts'
import { keyOf, objectAt } from '../live/live-object.ts'
import type { Inventory, Layout, StoredPart } from './inventory.ts'
import { newerFormat } from './inventory-problems.ts'
import { type InventorySession, isPresent, readThoroughly } from './inventory-store.ts'
import { nextLayout } from './layout.ts'
import { hasMoved, mergeInventories, sameRecords } from './merge-inventories.ts'
import { type InventoryPart, type Lines, printHead, printLines, printParts } from './print-parts.ts'
import { storedPart } from './read-part.ts'

const ATTEMPTS = 5

/** Requests that writing took, for a report that counts them apart. */
export type InventoryRequests = Readonly<Record<'get' | 'list' | 'patch' | 'create' | 'delete', number>>

export interface Saved {
  /** As the cluster holds it now: what others wrote meanwhile is in it. */
  readonly inventory: Inventory
  /** Somebody else worked on the target since `before` was read. */
  readonly moved: boolean
  readonly requests: InventoryRequests
}

/**
 * Stores an inventory that was made from `before`, which is as it was read or saved last; sends nothing where they are equal. Writes only
 * onto what was read: where somebody else wrote meanwhile, both are merged. Makes the namespace where it is missing. Throws
 * INVENTORY_NEWER, INVENTORY_CONTENDED, and what the API server refuses.
 */
export async function writeInventory(
  session: InventorySession,
  inventory: Inventory,
  before: Inventory,
): Promise<Saved> {
  const store = new InventoryWrite(session)
  let [ours, base, moved] = [inventory, before, false]
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    session.signal.throwIfAborted()
    if (base.newer) throw new LockstepError(newerFormat(base))
    if (isStored(ours, base)) return { inventory: { ...ours, ...keep(base) }, moved, requests: store.requests }
    const stored = await store.tryTo(ours, base)
    if (stored) return { inventory: stored, moved, requests: store.requests }
    const theirs = await store.readAgain()
    const present = isPresent(theirs)
    moved ||= present && hasMoved(base, ours, theirs)
    ours = present ? mergeInventories(base, ours, theirs) : ours
    base = theirs
  }
  throw new LockstepError(contended, { kind: 'unreachable' })
}

function isStored(inventory: Inventory, before: Inventory): boolean {
  if (before.flaw || inventory.flaw) return false
  const [head, known] = [inventory, before].map((one) => JSON.stringify(printHead(one)))
  return head === known && sameRecords(inventory.records, before.records)
}

function keep({ stored }: Inventory): Pick<Inventory, 'stored'> {
  return stored ? { stored } : {}
}

const contended = {
  code: 'INVENTORY_CONTENDED',
  message: 'The inventory was changed by others each time it was about to be written.',
  remedy: 'It is tried again; look for a second installation that works on the same targets.',
}

const NONE: Layout = { generation: 0, shards: 0 }

class InventoryWrite {
  readonly requests: Record<keyof InventoryRequests, number> = { get: 0, list: 0, patch: 0, create: 0, delete: 0 }
  readonly #session: InventorySession

  constructor(session: InventorySession) {
    this.#session = session
  }

  /** undefined: somebody else wrote since `base`. What was written until then only adds to what the parent names. */
  async tryTo(inventory: Inventory, base: Inventory): Promise<Inventory | undefined> {
    try {
      return await this.#write(inventory, base)
    } catch (error) {
      if (!isOvertaken(error)) throw error
      return undefined
    }
  }

  async readAgain(): Promise<Inventory> {
    this.requests.get++
    this.requests.list++
    return readThoroughly(this.#session)
  }

  /** Shards first, then the parent that names them, then away with those it names no more. */
  async #write(inventory: Inventory, { stored }: Inventory): Promise<Inventory> {
    const { inventoryNamespace: namespace, concurrency } = this.#session
    const lines = printLines(inventory.records)
    const known = stored?.parts ?? new Map<string, StoredPart>()
    const layout = nextLayout(bytesOf(lines), stored?.layout ?? NONE, newestGeneration(known.keys()))
    const { parent, shards } = printParts(inventory, lines, namespace, layout)
    const written = await mapLimited(shards, concurrency, (part) => this.#put(part, known.get(part.name)))
    const head = await this.#put(parent, known.get(parent.name))
    const parts = new Map([...written, head])
    await this.#remove(new Map([...known].filter(([name]) => !parts.has(name))))
    const { flaw: _, ...sound } = inventory
    return { ...sound, stored: { layout, parts } }
  }

  async #put(part: InventoryPart, known: StoredPart | undefined): Promise<[string, StoredPart]> {
    if (known && known.digest === part.digest) return [part.name, known]
    const answer = known ? await this.#replace(part.body, known) : await this.#create(part.body)
    this.#session.inventories?.takeInventory(answer)
    return [part.name, storedPart(answer)]
  }

  /** Only that version of that very object: an apply alone would take over whatever stands there. */
  async #replace(body: JsonObject, { uid, version }: StoredPart): Promise<LiveObject> {
    this.requests.patch++
    const metadata = { ...objectAt(body, 'metadata'), uid, resourceVersion: version }
    return this.#session.cluster.apply({ ...body, metadata }, { fieldManager: FIELD_MANAGER, force: true })
  }

  /** Fails where there is one already, which an apply would overwrite. */
  async #create(body: JsonObject): Promise<LiveObject> {
    this.requests.create++
    const create = () => this.#session.cluster.create(body, { fieldManager: FIELD_MANAGER })
    return create().catch(async (error: unknown) => {
      if (!(error instanceof ClusterError) || error.kind !== 'not-found') throw error
      await this.#createNamespace()
      this.requests.create++
      return create()
    })
  }

  async #createNamespace(): Promise<void> {
    const { cluster, inventoryNamespace: name } = this.#session
    this.requests.patch++
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { fieldManager: FIELD_MANAGER })
  }

  async #remove(parts: ReadonlyMap<string, StoredPart>): Promise<void> {
    const { cluster, inventoryNamespace: namespace, concurrency } = this.#session
    await mapLimited([...parts], concurrency, ([name, { uid }]) => {
      this.requests.delete++
      return cluster.delete(keyOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } }), { uid })
    })
  }
}

function bytesOf(lines: Lines): number {
  return lines.reduce((sum, [, line]) => sum + Buffer.byteLength(line) + 1, 0)
}

function newestGeneration(names: Iterable<string>): number {
  const generations = [...names].map((name) => Number(/^lockstep-[0-9a-f]{16}-(\d+)-\d+$/.exec(name)?.[1] ?? 0))
  return Math.max(0, ...generations)
}

/** A version or uid that is not there any more, or something where there was nothing. */
function isOvertaken(error: unknown): boolean {
  if (!(error instanceof ClusterError)) return false
  const { kind, causes } = error
  return kind === 'stale' || kind === 'exists' || causes.some(({ field }) => field === 'metadata.uid')
}
