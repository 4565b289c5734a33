import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { resourceId } from '../../../src/model/resource-key.ts'
import type { LiveRecord } from '../../../src/reconcile/live/live-record.ts'
import { type LiveChange, RecordStore } from '../../../src/reconcile/live/record-store.ts'
import { liveRecord } from '../../support/live-objects.ts'

const web = liveRecord('web')
const id = resourceId(web.key)

function store() {
  const told: LiveChange[] = []
  return { told, records: new RecordStore((change) => told.push(change)) }
}

describe('what is known of objects', () => {
  test('is found by target, and is what was told last', () => {
    const { records } = store()
    records.put(web)
    records.put({ ...web, version: '2', ownHash: 'other' })
    expect([...records.ofLabel('target-a').values()]).toMatchObject([{ version: '2', ownHash: 'other' }])
    expect([...records.ofLabel('target-b')]).toEqual([])
  })

  test.each([
    ['9', '10'],
    ['999', '1000'],
    ['100', '101'],
  ])('version %s that comes late does not undo version %s', (older, newer) => {
    const { records } = store()
    expect(records.put({ ...web, version: newer })).toBe(true)
    expect(records.put({ ...web, version: older, ownHash: 'late' })).toBe(false)
    records.remove(web.key, web.uid, older)
    expect(records.get(web.key)).toMatchObject({ version: newer, ownHash: 'applied' })
  })

  test('versions that are no numbers are believed in the order they come', () => {
    const { records } = store()
    records.put({ ...web, version: 'b-2' })
    expect(records.put({ ...web, version: 'a-1' })).toBe(true)
  })

  test('what we deleted stays away until the server tells something newer of it', () => {
    const { records } = store()
    records.put({ ...web, version: '5' })
    records.forget(web.key, web.uid)
    expect(records.put({ ...web, version: '5' })).toBe(false)
    expect(records.get(web.key)).toBeUndefined()
    const deletion = { since: '2026-01-01T00:00:00Z', finalizers: ['example.dev/wait'] }
    expect(records.put({ ...web, version: '6', deletion })).toBe(true)
  })

  test('an object of the same name that was made again counts at once', () => {
    const { records } = store()
    records.put({ ...web, version: '5' })
    records.forget(web.key, web.uid)
    expect(records.put({ ...web, uid: 'another', version: '7' })).toBe(true)
    records.remove(web.key, web.uid, '6')
    expect(records.get(web.key)).toMatchObject({ uid: 'another' })
  })

  test('an object whose label leads to another target now is told to both', () => {
    const { told, records } = store()
    records.put(web)
    records.put({ ...web, version: '2', label: 'target-b' })
    expect(records.ofLabel('target-a').size).toBe(0)
    expect(records.ofLabel('target-b').size).toBe(1)
    expect(told.map(({ label, before, after }) => [label, before?.version, after?.version])).toEqual([
      ['target-a', undefined, '1'],
      ['target-a', '1', undefined],
      ['target-b', undefined, '2'],
    ])
  })

  test('a kind that is not followed any more is forgotten, and told so', () => {
    const { told, records } = store()
    records.put(web)
    records.dropKind(web.key)
    expect(records.ofLabel('target-a').size).toBe(0)
    expect(told.at(-1)).toEqual({ label: 'target-a', id, before: web })
  })
})

interface Event {
  readonly name: string
  readonly label: string | undefined
  readonly gone: boolean
}
const event: fc.Arbitrary<Event> = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  label: fc.constantFrom('target-a', 'target-b', undefined),
  gone: fc.boolean(),
})

test('however events are delayed and repeated, the last of each object wins, and both indexes agree', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), fc.array(fc.nat(30)), (events, repeats) => {
      const { records } = store()
      const last = new Map<string, LiveRecord | undefined>()
      const told = events.map(({ name, label, gone }, index) => {
        const record = liveRecord(name, { label, version: String(index + 1) })
        last.set(name, gone ? undefined : record)
        return { record, gone }
      })
      for (const [index, { record, gone }] of told.entries()) {
        if (gone) records.remove(record.key, record.uid, record.version)
        else records.put(record)
        // A list that began earlier tells of something that is known already.
        const old = told[(repeats[index] ?? 0) % (index + 1)]?.record ?? record
        if (records.get(old.key)) records.put(old)
      }
      const live = [...last.values()].filter((record) => record !== undefined)
      const byLabel = (label: string) => [...records.ofLabel(label).values()].map(({ key }) => key.name).sort()
      expect([...records.records(web.key)].map(({ key, version }) => [key.name, version]).sort()).toEqual(
        live.map(({ key, version }) => [key.name, version]).sort(),
      )
      for (const label of ['target-a', 'target-b'])
        expect(byLabel(label)).toEqual(
          live
            .filter((one) => one.label === label)
            .map(({ key }) => key.name)
            .sort(),
        )
    }),
  )
})
