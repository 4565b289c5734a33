import { beforeAll, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/model/json.ts'
import { printLines, printParts } from '../../../src/reconcile/inventory/print-parts.ts'
import { inventoryName, targetLabel } from '../../../src/reconcile/labels.ts'
import { WatchedView } from '../../../src/reconcile/live/watched-view.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { configMapKey, NAMESPACE } from '../../support/inventories.ts'
import { at, managersOf } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'
import { PruneTrap, said } from '../../support/prune-trap.ts'
import { REPOSITORY } from '../../support/reconcile-scene.ts'
import { useUntouchedObjects } from '../../support/untouched-objects.ts'

// What is remembered, or was. Every trap has a deletion that must not happen.

const plane = useControlPlane()
useUntouchedObjects(plane)
beforeAll(kustomizeForTests, KUSTOMIZE_SETUP_MS)
const by = { fieldManager: 'somebody' }

/** `a`, `b` and `c` in place; then `c` has left Git. */
async function settled(): Promise<PruneTrap> {
  const trap = await PruneTrap.set(plane.cluster)
  trap.commit(trap.configMaps('a', 'b', 'c'))
  expect((await trap.pass()).outcome.code).toBe('RECONCILED')
  trap.commit(trap.configMaps('a', 'b'))
  return trap
}

const LOST: [string, string, (trap: PruneTrap) => Promise<unknown>][] = [
  ['deleted', 'INVENTORY_LOST', (trap) => plane.cluster.delete(trap.inventoryKey())],
  ['with a line taken out', 'INVENTORY_CORRUPT', (trap) => edit(trap, (text) => text.split('\n').slice(1).join('\n'))],
  ['with a line that is none', 'INVENTORY_CORRUPT', (trap) => edit(trap, (text) => `${text}\nnonsense`)],
  ['emptied', 'INVENTORY_CORRUPT', (trap) => edit(trap, () => '')],
  ['without its data', 'INVENTORY_CORRUPT', (trap) => plane.cluster.patch(trap.inventoryKey(), { data: null }, by)],
  ['without its label', 'INVENTORY_CORRUPT', unlabel],
  ['without one of its shards', 'INVENTORY_CORRUPT', loseShard],
]

async function edit(trap: PruneTrap, change: (objects: string) => string): Promise<void> {
  const body = await plane.cluster.get(trap.inventoryKey())
  const objects = change(String(at(body, 'data', 'objects')))
  await plane.cluster.patch(trap.inventoryKey(), { data: { objects } }, by)
}

async function unlabel(trap: PruneTrap): Promise<void> {
  const labels = { 'lockstep.dev/inventory': null }
  await plane.cluster.patch(trap.inventoryKey(), { metadata: { labels } }, by)
}

/** Spreads it over two ConfigMaps first. */
async function loseShard(trap: PruneTrap): Promise<void> {
  const inventory = await trap.inventory()
  const layout = { generation: 1, shards: 2 }
  const { parent, shards } = printParts(inventory, printLines(inventory.records), NAMESPACE, layout)
  for (const { body } of [...shards, parent]) await plane.cluster.apply(body, { fieldManager: 'lockstep', force: true })
  const holding = shards.filter(({ body }) => String(at(body, 'data', 'objects')).includes(' c '))
  for (const { name } of holding) await plane.cluster.delete(configMapKey(name, NAMESPACE))
  expect(holding).toHaveLength(1)
}

describe('an inventory', () => {
  test.each(LOST)('%s is not an empty one: it is made again, and asks before it prunes', async (_title, code, lose) => {
    const trap = await settled()
    await lose(trap)
    const first = await trap.pass()
    expect(first.outcome).toMatchObject({ decision: 'waiting', code: 'PRUNE_UNCONFIRMED', details: { created: 0 } })
    expect(said(first)).toEqual([code, 'PRUNE_UNCONFIRMED', 'PRUNE_UNCONFIRMED ConfigMap/c'].sort())
    const second = await trap.pass()
    expect(said(second)).toEqual(['PRUNE_UNCONFIRMED', 'PRUNE_UNCONFIRMED ConfigMap/c'])
    expect(second.requests).toMatchObject({ patch: 0, delete: 0 })
    expect([trap.deletions, await trap.left(), await trap.tracked()]).toEqual([[], ['a', 'b', 'c'], ['a', 'b', 'c']])
    trap.scene.confirmed.add(second.revision ?? '')
    expect((await trap.pass()).outcome).toMatchObject({ code: 'RECONCILED', details: { deleted: 1 } })
    expect([trap.deletions, await trap.tracked()]).toEqual([['ConfigMap/c'], ['a', 'b']])
    expect((await trap.pass()).requests.inventory).toBe(0)
  })

  test('lost under the eyes of a watching worker', async () => {
    const trap = await settled()
    const view = new WatchedView(trap.cluster, { inventoryNamespace: NAMESPACE })
    const watched = { view: async () => view }
    try {
      const known = await view.inventories(AbortSignal.timeout(10_000))
      const { ownership } = await trap.session()
      await plane.cluster.delete(trap.inventoryKey())
      await eventually(() => known.of(ownership.target) === undefined)
      expect(said(await trap.pass(trap.name, watched))).toContain('PRUNE_UNCONFIRMED ConfigMap/c')
    } finally {
      await view.close()
    }
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b', 'c']])
  })

  test('made again, does not take in what controllers and others made with our labels', async () => {
    const trap = await settled()
    const { uid, labels } = at(await trap.live('c'), 'metadata') as JsonObject
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: uid as string }]
    const copies: JsonObject[] = [{ name: 'child', ownerReferences }, { name: 'copy' }]
    for (const metadata of copies) {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, namespace: trap.name, labels } }
      await plane.cluster.apply(body as JsonObject, { fieldManager: 'controller' })
    }
    await plane.cluster.delete(trap.inventoryKey())
    const report = await trap.pass()
    expect(said(report)).toEqual(['INVENTORY_LOST', 'PRUNE_UNCONFIRMED', 'PRUNE_UNCONFIRMED ConfigMap/c'])
    trap.scene.confirmed.add(report.revision ?? '')
    await trap.pass()
    expect([trap.deletions, await trap.left()]).toEqual([['ConfigMap/c'], ['a', 'b', 'child', 'copy']])
  })

  test('of another repository, found under our name, is neither believed nor used', async () => {
    const trap = await settled()
    const stolen = await plane.cluster.get(trap.inventoryKey())
    const other = { ...REPOSITORY, owner: 'evil' }
    const name = inventoryName('evil/shop', trap.scene.target(trap.name))
    const label = targetLabel('evil/shop', trap.scene.target(trap.name))
    const metadata = { name, namespace: NAMESPACE, labels: { 'lockstep.dev/inventory': label } }
    await plane.cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: stolen?.data as JsonObject }, by)
    trap.commit(trap.configMaps('d'))
    const report = await reconcileWithReport(trap.scene.ports, { ...trap.scene.request(trap.name), repository: other })
    expect(said(report)).toEqual(['INVENTORY_CORRUPT'])
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b', 'c', 'd']])
  })

  test('of a newer Lockstep is left alone, and so is everything else', async () => {
    const trap = await settled()
    await plane.cluster.patch(trap.inventoryKey(), { data: { format: '3' } }, by)
    expect((await trap.pass()).outcome).toMatchObject({ decision: 'refused', code: 'INVENTORY_NEWER' })
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b', 'c']])
    expect(managersOf((await plane.cluster.get(trap.inventoryKey())) ?? {})).toContain('somebody')
  })

  test('that was never there is no lost one: a first pass looks at its own kinds alone', async () => {
    const trap = await PruneTrap.set(plane.cluster)
    trap.commit(trap.configMaps('a'))
    const report = await trap.pass()
    expect([report.outcome.code, report.problems, report.requests.list]).toEqual(['RECONCILED', [], 1])
  })
})

describe('somebody else who works on the target', () => {
  test('at the same time: everything is deleted once, and nothing is forgotten', async () => {
    const trap = await settled()
    const reports = await Promise.all([trap.pass(), trap.pass()])
    for (const { outcome } of reports) expect(outcome.decision).not.toBe('failed')
    expect([trap.deletions.length, await trap.left()]).toEqual([1, ['a', 'b']])
    expect((await trap.pass()).outcome.code).toBe('IN_SYNC')
    expect(await trap.tracked()).toEqual(['a', 'b'])
  })

  test('with a newer commit, while this one was stalled before it pruned', async () => {
    const trap = await settled()
    const stalled = await trap.scene.ports.source(REPOSITORY).then((source) => source.newest())
    trap.hooks.inventoryWrite = async () => {
      trap.hooks.inventoryWrite = async () => {}
      trap.commit(trap.configMaps('a', 'b', 'c', 'd'))
      expect((await trap.pass()).outcome.code).toBe('RECONCILED')
    }
    const source = async () => ({ newest: async () => stalled, tree: async () => stalled.tree })
    const report = await trap.pass(trap.name, { source })
    expect(report.outcome).toMatchObject({ decision: 'waiting', code: 'OVERTAKEN' })
    expect([trap.deletions, await trap.tracked()]).toEqual([[], ['a', 'b', 'c', 'd']])
    expect((await trap.pass()).outcome.code).toBe('IN_SYNC')
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b', 'c', 'd']])
  })

  test('puts the object back into Git while the pass is under way', async () => {
    const trap = await settled()
    trap.hooks.inventoryWrite = async () => {
      trap.hooks.inventoryWrite = async () => {}
      trap.commit(trap.configMaps('a', 'b', 'c'))
    }
    const report = await trap.pass()
    expect(report.outcome).toMatchObject({ decision: 'waiting', code: 'SUPERSEDED' })
    expect((await trap.pass()).outcome.decision).not.toBe('failed')
    expect([trap.deletions, await trap.left(), await trap.tracked()]).toEqual([[], ['a', 'b', 'c'], ['a', 'b', 'c']])
  })
})
