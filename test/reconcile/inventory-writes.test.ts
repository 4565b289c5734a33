import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { emptyInventory, type Inventory } from '../../src/reconcile/inventory/inventory.ts'
import { isPresent, readInventory, readThoroughly } from '../../src/reconcile/inventory/inventory-store.ts'
import { writeInventory } from '../../src/reconcile/inventory/write-inventory.ts'
import { configMapKey, inventoryOf, manyRecords, OWNER, recordsOf } from '../support/inventories.ts'
import { MemoryConfigMaps } from '../support/memory-config-maps.ts'

const EMPTY = emptyInventory(OWNER.repository, OWNER.target)

async function stored(count: number): Promise<{ store: MemoryConfigMaps; inventory: Inventory }> {
  const store = new MemoryConfigMaps()
  const { inventory } = await writeInventory(store.session(), inventoryOf(manyRecords(count)), EMPTY)
  store.writes.length = 0
  return { store, inventory }
}

function changed(inventory: Inventory, name: string, namespace: string, more: Partial<Inventory> = {}): Inventory {
  const record = recordsOf([{ key: configMapKey(name, namespace), uid: 'new', renderHash: 'new', appliedHash: 'new' }])
  return { ...inventory, ...more, records: new Map([...inventory.records, ...record]) }
}

describe('what a write sends', () => {
  test('nothing where nothing is new', async () => {
    const { store, inventory } = await stored(100)
    const saved = await writeInventory(store.session(), { ...inventory }, inventory)
    expect([store.writes, saved.moved, saved.inventory]).toEqual([[], false, inventory])
    const fresh = new MemoryConfigMaps()
    await writeInventory(fresh.session(), EMPTY, EMPTY)
    expect(fresh.writes).toEqual([])
  })

  test('one ConfigMap of a target of two thousand objects', async () => {
    const { store, inventory } = await stored(2_000)
    expect(store.bodies.size).toBe(1)
    await writeInventory(store.session(), changed(inventory, 'application-settings-7', 'namespace-7'), inventory)
    expect(store.writes).toHaveLength(1)
  })

  test('one small part and the parent of a target of twenty thousand; then it is read back whole', async () => {
    const { store, inventory } = await stored(20_000)
    for (const body of store.bodies.values()) expect(JSON.stringify(body).length).toBeLessThan(256 * 1024)
    const next = changed(inventory, 'application-settings-7', 'namespace-7', { revision: 'b2', attempted: 'b2' })
    const saved = await writeInventory(store.session(), next, inventory)
    expect(store.writes.map((write) => write.replace(/-\d+$/, '-n'))).toEqual([
      expect.stringMatching(/^apply lockstep-[0-9a-f]{16}-1-n$/),
      expect.stringMatching(/^apply lockstep-[0-9a-f]{16}$/),
    ])
    expect(saved.requests).toMatchObject({ patch: 2, create: 0, delete: 0, get: 0 })
    const read = await readInventory(store.session())
    expect(read).toEqual(saved.inventory)
    expect(read.records).toEqual(next.records)
  })

  test('a new layout where the target grew or shrank, and nothing of the old one is left', async () => {
    const { store, inventory } = await stored(100)
    const grown = await writeInventory(store.session(), { ...inventory, records: manyRecords(5_000) }, inventory)
    expect(grown.inventory.stored?.layout).toMatchObject({ generation: 1 })
    expect((await readInventory(store.session())).records.size).toBe(5_000)
    await writeInventory(store.session(), { ...inventory, records: manyRecords(10) }, grown.inventory)
    expect([store.bodies.size, (await readInventory(store.session())).records.size]).toEqual([1, 10])
  })
})

describe('a process that ends between two writes of an inventory', () => {
  test.each<[string, number, (before: Inventory) => Inventory]>([
    ['while it grows', 100, (before) => ({ ...before, records: manyRecords(3_000) })],
    ['while it shrinks', 3_000, (before) => ({ ...before, records: manyRecords(50) })],
    ['while many parts change', 3_000, (before) => withOtherHashes(before)],
    ['while it is first made', 0, (before) => ({ ...before, records: manyRecords(3_000) })],
  ])('%s: whatever was known before is known afterwards, and the next write mends all', async (_title, count, next) => {
    for (let death = 1; ; death++) {
      const { store, inventory } = count > 0 ? await stored(count) : { store: new MemoryConfigMaps(), inventory: EMPTY }
      const goal = next(inventory)
      store.diesAt = store.bodies.size + death
      if (count === 0) store.diesAt = death
      const died = await writeInventory(store.session(), goal, inventory).then(
        () => false,
        () => true,
      )
      const read = await readInventory(store.session())
      expect(read.flaw).toBeUndefined()
      const lost = [...inventory.records.keys()].filter((id) => !read.records.has(id) && goal.records.has(id))
      expect(lost).toEqual([])
      store.diesAt = Number.POSITIVE_INFINITY
      await writeInventory(store.session(), { ...goal, ...(read.stored && { stored: read.stored }) }, read)
      const after = await readThoroughly(store.session())
      expect([after.records.size, after.flaw]).toEqual([goal.records.size, undefined])
      if (!died) return
    }
  })
})

function withOtherHashes(inventory: Inventory): Inventory {
  const records = [...inventory.records.values()].map((record) => ({ ...record, renderHash: 'other' }))
  return { ...inventory, records: recordsOf(records) }
}

describe('two workers', () => {
  test('the one that was stalled cannot write over what came later, and forgets nothing of it', async () => {
    const { store, inventory } = await stored(3)
    const session = store.session()
    const later = changed(inventory, 'later', 'shop', { revision: 'b2', attempted: 'b2', renderDigest: 'd2' })
    await writeInventory(session, later, inventory)
    const stale = await writeInventory(session, changed(inventory, 'stalled', 'shop', { attempted: 'a2' }), inventory)
    expect(stale.moved).toBe(true)
    const read = await readInventory(session)
    expect(read).toMatchObject({ revision: 'b2', attempted: 'b2', renderDigest: 'd2' })
    expect([...read.records.keys()]).toEqual(
      expect.arrayContaining(['/ConfigMap/shop/later', '/ConfigMap/shop/stalled']),
    )
  })

  test('finding its own write there is nothing new to a worker that got no answer', async () => {
    const { store, inventory } = await stored(3)
    const next = changed(inventory, 'mine', 'shop')
    await writeInventory(store.session(), next, inventory)
    const again = await writeInventory(store.session(), next, inventory)
    expect([again.moved, again.inventory.records.size]).toEqual([false, 4])
  })

  test('an inventory that was deleted meanwhile is made again with everything that is known', async () => {
    const { store, inventory } = await stored(3_000)
    store.bodies.clear()
    const { moved, inventory: saved } = await writeInventory(
      store.session(),
      changed(inventory, 'mine', 'shop'),
      inventory,
    )
    expect([moved, saved.records.size, isPresent(saved)]).toEqual([false, 3_001, true])
  })

  test('whatever two do one after the other from the same look: no object is forgotten that somebody still knows', async () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 6 })
    const edit = fc.record({ add: ids, remove: ids, touch: ids })
    await fc.assert(
      fc.asyncProperty(edit, edit, async (first, second) => {
        const { store, inventory } = await stored(8)
        const [ours, theirs] = [first, second].map((one) => edited(inventory, one)) as [Inventory, Inventory]
        await writeInventory(store.session(), theirs, inventory)
        await writeInventory(store.session(), ours, inventory)
        const { records, flaw } = await readInventory(store.session())
        expect(flaw).toBeUndefined()
        for (const id of new Set([...inventory.records.keys(), ...ours.records.keys(), ...theirs.records.keys()])) {
          const known = [ours, theirs].map((one) => one.records.get(id))
          const isNews = known.some((record) => record !== undefined && record !== inventory.records.get(id))
          if (known.every((record) => record !== undefined) || isNews) expect(records.has(id)).toBe(true)
          if (known.every((record) => record === undefined)) expect(records.has(id)).toBe(false)
        }
      }),
      { numRuns: 60 },
    )
  })
})

function edited(
  { records, ...rest }: Inventory,
  { add, remove, touch }: Readonly<Record<'add' | 'remove' | 'touch', readonly number[]>>,
): Inventory {
  const next = new Map(records)
  const at = (index: number) => [...records.keys()][index] ?? ''
  for (const index of remove) next.delete(at(index))
  for (const index of touch) {
    const record = records.get(at(index))
    if (record) next.set(at(index), { ...record, renderHash: `touched-${Math.random()}` })
  }
  for (const index of add) {
    for (const [id, record] of recordsOf([{ key: configMapKey(`added-${index}`) }])) next.set(id, record)
  }
  return { ...rest, records: next }
}
