import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { JsonObject } from '../../src/model/json.ts'
import { resourceId } from '../../src/model/resource-key.ts'
import {
  type Inventory,
  parseInventory,
  printHealthy,
  printInventory,
} from '../../src/reconcile/inventory/inventory.ts'
import { applySetId, targetLabel } from '../../src/reconcile/labels.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}[a-z0-9]$/)
const hash = fc.option(fc.stringMatching(/^[0-9a-f]{32}$/), { nil: undefined })
const record = fc.record({
  group: fc.oneof(fc.constant(''), word),
  version: fc.constantFrom('v1', 'v2beta1'),
  kind: fc.stringMatching(/^[A-Z][A-Za-z]{2,10}$/),
  namespace: fc.option(word, { nil: undefined }),
  name: fc.oneof(word, fc.constant('system:node-reader')),
  uid: fc.option(fc.uuid(), { nil: undefined }),
  renderHash: hash,
  appliedHash: hash,
})
const inventories = fc.array(record).map((records): Inventory => {
  const entries = records.map(({ uid, renderHash, appliedHash, namespace, ...rest }) => {
    const key = { ...rest, ...(namespace && { namespace }) }
    return [
      resourceId(key),
      { key, ...(uid && { uid }), ...(renderHash && { renderHash }), ...(appliedHash && { appliedHash }) },
    ] as const
  })
  const target = { application: 'checkout', environment: 'prod', cluster: 'eu' }
  return {
    repository: 'acme/shop',
    target,
    attempted: 'a1',
    revision: 'a1',
    renderDigest: 'd1',
    records: new Map(entries),
  }
})

describe('an inventory', () => {
  test('reads back what it printed, and equal ones print equally', () => {
    fc.assert(
      fc.property(inventories, (inventory) => {
        const body = printInventory(inventory, 'lockstep-system')
        expect(parseInventory(body)).toEqual({ ...inventory, healthySince: undefined })
        const shuffled = { ...inventory, records: new Map([...inventory.records].reverse()) }
        expect(printInventory(shuffled, 'lockstep-system')).toEqual(body)
      }),
    )
  })

  test('health belongs to one render', () => {
    const body = printInventory(
      {
        repository: 'a/b',
        target: { application: 'x', environment: 'y', cluster: 'z' },
        renderDigest: 'd1',
        records: new Map(),
      },
      'lockstep-system',
    )
    const withHealthy = (healthy: string): JsonObject => ({ ...body, data: { ...(body.data as JsonObject), healthy } })
    const since = '2026-01-05T12:00:00.000Z'
    expect(parseInventory(withHealthy(printHealthy('d1', since)))?.healthySince).toBe(since)
    expect(parseInventory(withHealthy(printHealthy('d0', since)))?.healthySince).toBeUndefined()
  })

  test('some other ConfigMap is none', () => {
    expect(parseInventory({ apiVersion: 'v1', kind: 'ConfigMap', data: { repository: 'a/b' } })).toBeUndefined()
  })
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

test('the ApplySet ID is the one that kubectl computes', () => {
  // base64url(sha256("<name>.<namespace>.<kind>.<group>")), as KEP-3659 has it.
  expect(applySetId('lockstep-x', 'lockstep-system')).toMatch(/^applyset-[A-Za-z0-9_-]{43}-v1$/)
})
