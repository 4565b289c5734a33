import { expect, test } from '@jest/globals'
import { resourceId } from '../../../src/model/resource-key.ts'
import { emptyInventory, type InventoryRecord } from '../../../src/reconcile/inventory/inventory.ts'
import type { LiveRecord } from '../../../src/reconcile/live/live-record.ts'
import { isNews } from '../../../src/reconcile/watch/is-news.ts'
import { liveRecord } from '../../support/live-objects.ts'

const web = liveRecord('web')
const id = resourceId(web.key)
const applied: InventoryRecord = { key: web.key, uid: web.uid, renderHash: 'render', appliedHash: web.ownHash }
const target = { application: 'a', environment: 'e', cluster: 'c' }
const later = (more: Partial<LiveRecord> = {}): LiveRecord => ({ ...web, version: '2', ...more })
const additions = [{ pointer: [], manager: 'kubectl' }]

test.each<[string, LiveRecord | undefined, LiveRecord | undefined, boolean]>([
  ['a controller wrote a status that changes no verdict', web, later(), false],
  ['its verdict changed', web, later({ health: { health: 'Degraded', message: 'failed' } }), true],
  ['its verdict changed without a word', web, later({ health: { health: 'Suspended', message: '' } }), true],
  ['it waits for something else', web, later({ health: { health: 'Healthy', message: 'soon' } }), true],
  ['somebody changed a field of ours', web, later({ ownHash: 'other' }), true],
  ['a changed field is as applied again', later({ ownHash: 'other' }), later(), true],
  ['a changed field changed once more', later({ ownHash: 'other' }), later({ ownHash: 'third' }), true],
  [
    'something of no account changed on one that drifted',
    later({ ownHash: 'other' }),
    later({ ownHash: 'other' }),
    false,
  ],
  ['people added something', web, later({ additions }), true],
  ['it was deleted', web, undefined, true],
  ['it came', undefined, web, true],
  ['it was made again', web, later({ uid: 'another' }), true],
])('when %s', (_, before, after, news) => {
  const inventory = { ...emptyInventory('acme/shop', target), records: new Map([[id, applied]]) }
  const change = { label: 'target-a', id, ...(before && { before }), ...(after && { after }) }
  expect(isNews(change, inventory)).toBe(news)
  expect(isNews(change, emptyInventory('acme/shop', target))).toBe(false)
  expect(isNews(change, undefined)).toBe(false)
})

test('what we write ourselves is none: it is as the inventory says it was applied', () => {
  const records = new Map([[id, { ...applied, appliedHash: 'newer' }]])
  const change = {
    label: 'target-a',
    id,
    before: later({ ownHash: 'newer' }),
    after: later({ ownHash: 'newer', version: '3' }),
  }
  expect(isNews(change, { ...emptyInventory('acme/shop', target), records })).toBe(false)
})
