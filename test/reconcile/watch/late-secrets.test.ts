import { expect, test } from '@jest/globals'
import { resourceId } from '../../../src/model/resource-key.ts'
import type { LiveRecord } from '../../../src/reconcile/live/live-record.ts'
import { LateSecrets } from '../../../src/reconcile/watch/late-secrets.ts'
import { liveRecord } from '../../support/live-objects.ts'

const values = (value: string) => new Map([['token', value]])
const secret: LiveRecord = { ...liveRecord('login'), values: values('new') }
const id = resourceId(secret.key)
const later = (more: Partial<LiveRecord>): LiveRecord => ({ ...secret, version: '2', ...more })

test.each<[string, LiveRecord | undefined, LiveRecord | undefined, boolean]>([
  ['a value that is still ours is another', secret, later({ values: values('old') }), true],
  ['a value is gone', secret, later({ values: new Map() }), true],
  ['a value came', secret, later({ values: new Map([...values('new'), ['user', 'x']]) }), true],
  ['nothing of it is another', secret, later({ values: values('new') }), false],
  ['others wrote the value, so it is ours no more', secret, later({ values: values('old'), ownHash: 'other' }), false],
  ['it was made again', secret, later({ values: values('old'), uid: 'another' }), false],
  ['it came', undefined, later({}), false],
  ['it went', secret, undefined, false],
  ['it is no Secret', liveRecord('settings'), { ...liveRecord('settings'), version: '2' }, false],
])('when %s', (_, before, after, late) => {
  const lateSecrets = new LateSecrets()
  expect(lateSecrets.note({ label: 'target-a', id, ...(before && { before }), ...(after && { after }) })).toBe(late)
  expect(lateSecrets.take('target-a')).toEqual(late ? [`${id}@2`] : [])
  expect(lateSecrets.take('target-a')).toEqual([])
  expect(lateSecrets.take('target-b')).toEqual([])
})
