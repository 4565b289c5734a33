import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { LiveObject } from '../../src/model/cluster.ts'
import { isJsonObject, type JsonObject } from '../../src/model/json.ts'
import { InventoryIndex } from '../../src/reconcile/inventory/inventory-index.ts'
import { nextLayout } from '../../src/reconcile/inventory/layout.ts'
import { parseInventory } from '../../src/reconcile/inventory/parse-inventory.ts'
import { printHealthy } from '../../src/reconcile/inventory/print-parts.ts'
import { applySetId, targetLabel } from '../../src/reconcile/labels.ts'
import {
  anyLayout,
  anyRecords,
  configMapKey,
  inventoryOf,
  manyRecords,
  OWNER,
  readBack,
  recordsOf,
  storedParts,
} from '../support/inventories.ts'

const SINGLE = { generation: 0, shards: 0 }
const SPREAD = { generation: 2, shards: 4 }

describe('an inventory', () => {
  test('reads back what it printed, in one ConfigMap or in many, and equal ones print equally', () => {
    fc.assert(
      fc.property(anyRecords, anyLayout, (records, layout) => {
        const inventory = inventoryOf(records, { report: 'all is well' })
        const { stored, ...read } = readBack(inventory, layout) ?? inventory
        expect(read).toEqual(inventory)
        expect(stored?.layout).toEqual(layout)
        expect(stored?.parts.size).toBe(layout.shards + 1)
        const shuffled = inventoryOf(new Map([...records].reverse()), { report: 'all is well' })
        expect(storedParts(shuffled, layout)).toEqual(storedParts(inventory, layout))
      }),
    )
  })

  test('health belongs to one render', () => {
    const { parent } = storedParts(inventoryOf(new Map()), SINGLE)
    const since = '2026-01-05T12:00:00.000Z'
    const healthyAt = (digest: string) =>
      parseInventory(withData(parent, { healthy: printHealthy(digest, since) }))?.healthySince
    expect(healthyAt('d1')).toBe(since)
    expect(healthyAt('d0')).toBeUndefined()
  })

  test('some other ConfigMap is none', () => {
    expect(parseInventory({ apiVersion: 'v1', kind: 'ConfigMap', data: { repository: 'a/b' } })).toBeUndefined()
  })

  test('of the first format, without checksums and marks, is read and written anew', () => {
    const { parent } = storedParts(inventoryOf(manyRecords(3)), SINGLE)
    const { format: _, checksum: __, shards: ___, report: ____, ...plain } = dataOf(parent)
    const read = parseInventory({ ...parent, data: plain })
    expect(read).toMatchObject({ revision: 'a1', records: manyRecords(3) })
    expect(read?.flaw).toBeUndefined()
    const [digest] = [...(read?.stored?.parts.values() ?? [])].map((part) => part.digest)
    expect(digest).not.toBe(
      readBack(inventoryOf(manyRecords(3)), SINGLE)
        ?.stored?.parts.values()
        .next().value?.digest,
    )
  })

  test('an object that changes is in one small ConfigMap of twenty thousand', () => {
    const before = inventoryOf(manyRecords(20_000))
    const layout = nextLayout(20_000 * 160, SINGLE, 0)
    const record = { key: configMapKey('application-settings-7', 'namespace-7'), uid: 'other' }
    const after = inventoryOf(new Map([...before.records, ...recordsOf([record])]))
    const [old, now] = [before, after].map((one) => storedParts(one, layout).shards.map((part) => JSON.stringify(part)))
    const changed = (now ?? []).filter((text, index) => text !== old?.[index])
    expect(changed).toHaveLength(1)
    expect(changed[0]?.length).toBeLessThan(128 * 1024)
    for (const text of now ?? []) expect(text.length).toBeLessThan(256 * 1024)
  })
})

describe('an inventory that cannot be believed', () => {
  const whole = inventoryOf(manyRecords(40))
  const { parent, shards } = storedParts(whole, SPREAD)
  const [first, ...others] = shards as [LiveObject, ...LiveObject[]]
  const single = storedParts(whole, SINGLE).parent
  const lines = String(dataOf(single).objects).split('\n')
  const foreign = { ...OWNER, repository: 'acme/other' }

  test.each<[string, LiveObject, readonly LiveObject[], string]>([
    ['without one of its shards', parent, others, 'lacks its shard'],
    ['a line that somebody took out', withData(single, { objects: lines.slice(1).join('\n') }), [], 'was changed'],
    ['a line that is none', withData(single, { objects: `${lines.join('\n')}\nnonsense` }), [], 'cannot be read'],
    ['no objects at all', withData(single, { objects: undefined }), [], 'was changed'],
    ['a layout that is none', withData(parent, { shards: 'many' }), shards, 'cannot be read'],
    ['another name', withMetadata(single, { name: 'lockstep-0123456789abcdef' }), [], 'does not belong'],
    ['without its label', withMetadata(single, { labels: {} }), [], 'does not belong'],
    ['the content of another repository', withData(single, foreign), [], 'does not belong'],
    [
      'a shard of other objects',
      parent,
      [withData(first, dataOf(others[0] as LiveObject)), ...others],
      'another shard',
    ],
    ['a shard of another layout', parent, [withData(first, { shards: '1 4' }), ...others], 'is not shard 0'],
    ['a shard with the label of another', parent, [withMetadata(first, { labels: {} }), ...others], 'does not belong'],
    ['a newer format', withData(single, { format: '3' }), [], 'newer Lockstep'],
  ])('%s', (_title, body, parts, flaw) => {
    const read = parseInventory(body, parts)
    expect(read?.flaw).toContain(flaw)
    expect(read).not.toHaveProperty('revision')
    for (const [id, record] of read?.records ?? []) expect(record).toEqual(whole.records.get(id))
  })

  test('what belongs to somebody else is not taken for ours', () => {
    expect(parseInventory(withData(single, foreign))?.records.size).toBe(0)
  })

  test('of ConfigMaps that the parent does not name nothing is read', () => {
    const leftover = storedParts(inventoryOf(manyRecords(60)), { generation: 1, shards: 4 }).shards
    expect(parseInventory(parent, [...leftover, ...shards])).toMatchObject({ records: whole.records })
    expect(parseInventory(parent, [...leftover, ...shards])?.flaw).toBeUndefined()
  })
})

describe('the number of ConfigMaps', () => {
  const KIB = 1024
  const eight = { generation: 3, shards: 8 }
  test.each<[string, number, typeof SINGLE, typeof SINGLE]>([
    ['a small one stays one', 300 * KIB, SINGLE, SINGLE],
    ['a big one is spread', 640 * KIB, SINGLE, { generation: 4, shards: 10 }],
    ['spread, it stays as it is while it grows', 1500 * KIB, eight, eight],
    ['and while it shrinks', 140 * KIB, eight, eight],
    ['until its shards are too big', 2100 * KIB, eight, { generation: 4, shards: 33 }],
    ['or it fits well into one', 100 * KIB, eight, { generation: 4, shards: 0 }],
    ['twenty thousand objects', 3400 * KIB, SINGLE, { generation: 4, shards: 54 }],
  ])('%s', (_title, bytes, current, expected) => {
    expect(nextLayout(bytes, current, 3)).toEqual(expected)
  })
})

test('told one ConfigMap at a time, in any order, an index knows what a list at once knows', () => {
  const label = targetLabel(OWNER.repository, OWNER.target)
  fc.assert(
    fc.property(anyRecords, anyLayout, fc.infiniteStream(fc.nat()), (records, layout, random) => {
      const { parent, shards } = storedParts(inventoryOf(records), layout)
      const old = storedParts(inventoryOf(new Map()), layout)
      const index = new InventoryIndex([old.parent, ...old.shards])
      const parts = [parent, ...shards].map((body) => ({ body, rank: random.next().value as number }))
      for (const { body } of parts.sort((left, right) => left.rank - right.rank)) expect(index.put(body)).toBe(label)
      expect(index.of(label)).toEqual(parseInventory(parent, shards))
      for (const { body } of parts) index.drop(body)
      expect(index.of(label)).toBeUndefined()
      expect([...index.labels()]).toEqual([])
    }),
  )
})

test('labels tell repositories and targets apart and fit into a label', () => {
  const target = { application: 'checkout', environment: 'prod', cluster: 'eu' }
  const labels = [
    targetLabel('acme/shop', target),
    targetLabel('acme/shop2', target),
    targetLabel('acme/shop', { ...target, cluster: 'us' }),
  ]
  expect(new Set(labels).size).toBe(3)
  for (const label of labels) expect(label).toMatch(/^[0-9a-f]{16}$/)
})

test('the ApplySet ID has the form of KEP-3659', () => {
  expect(applySetId('lockstep-x', 'lockstep-system')).toMatch(/^applyset-[A-Za-z0-9_-]{43}-v1$/)
})

function dataOf(body: LiveObject): JsonObject {
  return isJsonObject(body.data) ? body.data : {}
}

function withData(body: LiveObject, data: JsonObject): LiveObject {
  const { cluster, application, environment, repository, ...own } = dataOf(body)
  const identity = repository ? { cluster, application, environment, repository } : {}
  return { ...body, data: { ...identity, ...own, ...data } }
}

function withMetadata(body: LiveObject, metadata: JsonObject): LiveObject {
  return { ...body, metadata: { ...(body.metadata as JsonObject), ...metadata } }
}
