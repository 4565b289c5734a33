import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/model/json.ts'
import { emptyInventory, type Inventory } from '../../../src/reconcile/inventory/inventory.ts'
import {
  deleteInventory,
  type InventorySession,
  listInventories,
  readInventory,
  writeHealthySince,
} from '../../../src/reconcile/inventory/inventory-store.ts'
import { writeInventory } from '../../../src/reconcile/inventory/write-inventory.ts'
import { inventoryName } from '../../../src/reconcile/labels.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { configMapKey, inventoryOf, manyRecords, NAMESPACE, OWNER, recordsOf } from '../../support/inventories.ts'
import { at } from '../../support/kubernetes-objects.ts'

const plane = useControlPlane()
let targets = 0

function session(): InventorySession {
  const { repository, target } = OWNER
  return {
    cluster: plane.cluster,
    repository,
    target: { ...target, application: `checkout-${++targets}` },
    inventoryNamespace: NAMESPACE,
    concurrency: 8,
    signal: AbortSignal.timeout(60_000),
  }
}

function empty({ repository, target }: InventorySession): Inventory {
  return emptyInventory(repository, target)
}

function of(owner: InventorySession, count: number, more: Partial<Inventory> = {}): Inventory {
  return { ...inventoryOf(manyRecords(count), more), target: owner.target }
}

const parentKey = ({ repository, target }: InventorySession) =>
  configMapKey(inventoryName(repository, target), NAMESPACE)

describe('on an API server', () => {
  test('six thousand objects are written and read, one that changes costs two writes, and fewer fit into one again', async () => {
    const owner = session()
    const first = await writeInventory(owner, of(owner, 6_000), empty(owner))
    expect(first.requests.create).toBeGreaterThan(10)
    const read = await readInventory(owner)
    expect(read).toEqual(first.inventory)
    const record = recordsOf([{ key: configMapKey('one', 'shop'), uid: 'u', renderHash: 'r', appliedHash: 'a' }])
    const more = { ...read, attempted: 'b2', records: new Map([...read.records, ...record]) }
    const second = await writeInventory(owner, more, read)
    expect(second.requests).toEqual({ get: 0, list: 0, patch: 2, create: 0, delete: 0 })
    expect((await readInventory(owner)).records).toEqual(more.records)
    expect((await listInventories(plane.cluster, NAMESPACE)).find((one) => one.attempted === 'b2')?.records.size).toBe(
      6_001,
    )
    const third = await writeInventory(owner, of(owner, 5), second.inventory)
    expect(third.requests).toMatchObject({ patch: 1, create: 0 })
    expect([(await readInventory(owner)).records.size, await parts(owner)]).toEqual([5, 1])
    await deleteInventory(owner, third.inventory)
    expect(await parts(owner)).toBe(0)
  })

  test('a writer who does not know of the last write neither undoes it nor forgets its own', async () => {
    const owner = session()
    const { inventory } = await writeInventory(owner, of(owner, 3), empty(owner))
    await writeInventory(owner, of(owner, 5, { revision: 'b2' }), inventory)
    const late = recordsOf([{ key: configMapKey('late', 'shop') }])
    const ours = { ...inventory, records: new Map([...inventory.records, ...late]) }
    const { moved, requests } = await writeInventory(owner, ours, inventory)
    expect([moved, requests.patch]).toEqual([true, 2])
    const read = await readInventory(owner)
    expect([read.revision, read.records.size, read.records.has('/ConfigMap/shop/late')]).toEqual(['b2', 6, true])
  })

  test('two who begin at once both get what they wrote', async () => {
    const owner = session()
    const names = ['one', 'two', 'three']
    const records = names.map((name) => recordsOf([{ key: configMapKey(name, 'shop') }]))
    await Promise.all(records.map((each) => writeInventory(owner, { ...of(owner, 0), records: each }, empty(owner))))
    expect([...(await readInventory(owner)).records.values()].map(({ key }) => key.name).sort()).toEqual(
      names.toSorted(),
    )
  })

  test('one that was deleted and made again by somebody is not written over', async () => {
    const owner = session()
    const { inventory } = await writeInventory(owner, of(owner, 3), empty(owner))
    await plane.cluster.delete(parentKey(owner))
    await writeInventory(owner, of(owner, 9, { revision: 'b2' }), empty(owner))
    const { moved } = await writeInventory(owner, { ...inventory, attempted: 'c3' }, inventory)
    expect([moved, (await readInventory(owner)).records.size]).toEqual([true, 9])
  })

  test('health that observers note is kept by the writes of passes, and belongs to its render', async () => {
    const owner = session()
    const { inventory } = await writeInventory(owner, of(owner, 3), empty(owner))
    await writeHealthySince(owner, inventory, '2026-01-05T12:00:00.000Z')
    const read = await readInventory(owner)
    expect(read.healthySince).toBe('2026-01-05T12:00:00.000Z')
    const { healthySince: _, ...next } = { ...read, renderDigest: 'd2' }
    await writeInventory(owner, next, read)
    expect(await readInventory(owner)).not.toHaveProperty('healthySince')
  })

  test('the first format, applied as it was before, is read, and replaced whole by the next write', async () => {
    const owner = session()
    const { inventory } = await writeInventory(owner, of(owner, 3), empty(owner))
    const stored = await plane.cluster.get(parentKey(owner))
    await deleteInventory(owner, inventory)
    const {
      format: _,
      checksum: __,
      shards: ___,
      report: ____,
      healthy: _____,
      ...data
    } = at(stored, 'data') as JsonObject
    const { name, namespace, labels, annotations } = at(stored, 'metadata') as JsonObject
    const metadata = { name, namespace, labels, annotations } as JsonObject
    await plane.cluster.apply(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data },
      { fieldManager: 'lockstep', force: true },
    )
    const read = await readInventory(owner)
    expect([read.flaw, read.records]).toEqual([undefined, inventory.records])
    expect((await writeInventory(owner, read, read)).requests.patch).toBe(0)
    await writeInventory(owner, { ...read, attempted: 'b2' }, read)
    expect(at(await plane.cluster.get(parentKey(owner)), 'data', 'format')).toBe('2')
    expect((await readInventory(owner)).records).toEqual(inventory.records)
  })
})

async function parts({ repository, target }: InventorySession): Promise<number> {
  const { items } = await plane.cluster.list(configMapKey('', NAMESPACE), { namespace: NAMESPACE })
  return items.filter((body) => String(at(body, 'metadata', 'name')).startsWith(inventoryName(repository, target)))
    .length
}
