import fc from 'fast-check'
import type { LiveObject } from '../../src/model/cluster.ts'
import { type ResourceKey, resourceId } from '../../src/model/resource-key.ts'
import type { Inventory, InventoryRecord, Layout } from '../../src/reconcile/inventory/inventory.ts'
import { parseInventory } from '../../src/reconcile/inventory/parse-inventory.ts'
import { printLines, printParts } from '../../src/reconcile/inventory/print-parts.ts'

export const NAMESPACE = 'lockstep-system'
export const OWNER = {
  repository: 'acme/shop',
  target: { application: 'checkout', environment: 'prod', cluster: 'eu' },
} as const

const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}[a-z0-9]$/)
const hash = fc.option(fc.stringMatching(/^[0-9a-f]{32}$/), { nil: undefined })

export const anyRecord: fc.Arbitrary<InventoryRecord> = fc
  .record({
    group: fc.oneof(fc.constant(''), word),
    version: fc.constantFrom('v1', 'v2beta1'),
    kind: fc.stringMatching(/^[A-Z][A-Za-z]{2,10}$/),
    namespace: fc.option(word, { nil: undefined }),
    name: fc.oneof(word, fc.constantFrom('system:node-reader', 'a role with\tblanks', '-', 'ключ')),
    uid: fc.option(fc.uuid(), { nil: undefined }),
    renderHash: hash,
    appliedHash: hash,
    prune: fc.constantFrom(undefined, 'disabled', 'allowed'),
    found: fc.constantFrom(undefined, true),
  } as const)
  .map(({ uid, renderHash, appliedHash, namespace, prune, found, ...rest }) => ({
    key: { ...rest, ...(namespace && { namespace }) },
    ...(uid && { uid }),
    ...(renderHash && { renderHash }),
    ...(appliedHash && { appliedHash }),
    ...(prune && { prune }),
    ...(found && { found }),
  }))

export const anyRecords = fc.array(anyRecord, { maxLength: 30 }).map(recordsOf)
export const anyLayout: fc.Arbitrary<Layout> = fc.oneof(
  fc.constant({ generation: 0, shards: 0 }),
  fc.record({ generation: fc.integer({ min: 1, max: 99 }), shards: fc.integer({ min: 1, max: 9 }) }),
)

export function recordsOf(records: readonly InventoryRecord[]): ReadonlyMap<string, InventoryRecord> {
  return new Map(records.map((record) => [resourceId(record.key), record]))
}

export function inventoryOf(records: ReadonlyMap<string, InventoryRecord>, more: Partial<Inventory> = {}): Inventory {
  return { ...OWNER, attempted: 'a1', revision: 'a1', renderDigest: 'd1', ...more, records }
}

export function configMapKey(name: string, namespace = 'shop'): ResourceKey {
  return { group: '', version: 'v1', kind: 'ConfigMap', namespace, name }
}

/** So many ConfigMaps, as they are recorded after their apply. */
export function manyRecords(count: number): ReadonlyMap<string, InventoryRecord> {
  const hex = (index: number) => index.toString(16).padStart(32, '0')
  return recordsOf(
    Array.from({ length: count }, (_, index) => ({
      key: configMapKey(`application-settings-${index}`, `namespace-${index % 50}`),
      uid: `00000000-0000-4000-8000-${hex(index).slice(-12)}`,
      renderHash: hex(index),
      appliedHash: hex(index + 1),
    })),
  )
}

/** The ConfigMaps of an inventory as an API server would answer them. */
export function storedParts(inventory: Inventory, layout: Layout): { parent: LiveObject; shards: LiveObject[] } {
  const printed = printParts(inventory, printLines(inventory.records), NAMESPACE, layout)
  const [parent, ...shards] = [printed.parent, ...printed.shards].map(({ name, body }): LiveObject => {
    const metadata = { ...(body.metadata as LiveObject), uid: `uid-${name}`, resourceVersion: '7' }
    return { ...body, metadata }
  })
  return { parent: parent as LiveObject, shards }
}

export function readBack(inventory: Inventory, layout: Layout): Inventory | undefined {
  const { parent, shards } = storedParts(inventory, layout)
  return parseInventory(parent, shards)
}
