import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Cluster, ResourceKind } from '../../../src/model/cluster.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { inventoryName, targetLabel } from '../../../src/reconcile/labels.ts'
import { keepUp } from '../../../src/reconcile/live/upkeep.ts'
import { WatchedView } from '../../../src/reconcile/live/watched-view.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { configMap } from '../../support/kubernetes-objects.ts'
import { labelled } from '../../support/live-objects.ts'

const CONFIG_MAP: ResourceKind = { group: '', version: 'v1', kind: 'ConfigMap' }
const SECRET: ResourceKind = { group: '', version: 'v1', kind: 'Secret' }
const MINUTE = 60_000

const plane = useControlPlane()
let cluster: Cluster
let view: WatchedView
let now: number
let run = 0
const never = new AbortController().signal

beforeEach(async () => {
  now = 0
  cluster = await plane.open()
  view = new WatchedView(cluster, { inventoryNamespace: `inventories-${++run}`, now: () => now })
})
afterEach(async () => {
  await view.close()
  for (const { key, uid } of view.ofTarget('target-a').values()) await plane.cluster.delete(key, { uid })
})

// One object at a time: a hundredth of one is that one.
const put = (name: string) =>
  plane.cluster.apply(labelled(configMap(name, { value: '1' }), 'target-a'), { fieldManager: 'lockstep' })

test('a kind that nobody held for ten minutes and no inventory names is not followed any more', async () => {
  const namespace = `inventories-${run}`
  await plane.cluster.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { fieldManager: 'test' },
  )
  await put('kept')
  await view.hold([CONFIG_MAP, SECRET], never)
  await view.inventories(never)
  view.closeUnused()
  expect(view.isCurrent([CONFIG_MAP, SECRET])).toBe(true)
  now += 5 * MINUTE
  await view.hold([CONFIG_MAP], never)
  now += 6 * MINUTE
  view.closeUnused()
  expect([view.isCurrent([CONFIG_MAP]), view.isCurrent([SECRET])]).toEqual([true, false])
  now += 6 * MINUTE
  view.closeUnused()
  expect(view.ofTarget('target-a').size).toBe(0)
  await view.hold([CONFIG_MAP], never)
  expect([...view.ofTarget('target-a').values()].map(({ key }) => key.name)).toEqual(['kept'])
})

test('a kind that an inventory names is followed on', async () => {
  const target = { application: 'app', environment: 'dev', cluster: 'any' }
  const labels = { 'lockstep.dev/inventory': targetLabel('acme/shop', target) }
  const metadata = {
    name: inventoryName('acme/shop', target),
    namespace: 'any',
    uid: 'uid',
    resourceVersion: '1',
    labels,
  }
  const data = { repository: 'acme/shop', ...target, objects: 'v1 Secret shop token - - -' }
  await view.hold([CONFIG_MAP, SECRET], never)
  view.takeInventory({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
  now += 11 * MINUTE
  view.closeUnused()
  const before = cluster.requests.list
  await view.hold([SECRET], never)
  expect(cluster.requests.list).toBe(before)
  await view.hold([CONFIG_MAP], never)
  expect(cluster.requests.list).toBe(before + 1)
})

test('what is known wrongly is found out by asking at random, told, and put right', async () => {
  const object = await put('wrong')
  await view.hold([CONFIG_MAP], never)
  const known = [...view.ofTarget('target-a').values()]
  expect(known.length).toBeGreaterThan(0)
  const stop = new AbortController()
  const told: string[] = []
  let slept = 0
  const clock = {
    now: () => new Date(),
    async sleep(milliseconds: number) {
      slept += milliseconds
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  const metadata = { ...(object.metadata as JsonObject), resourceVersion: '9999999999' }
  view.take({ ...object, metadata, data: { value: 'something that never was' } })
  const onDisagreement = ({ kind }: ResourceKind) => {
    told.push(kind)
    stop.abort()
  }
  await keepUp(view, { clock, signal: stop.signal, random: () => 0, onDisagreement })
  expect(told).toEqual(['ConfigMap'])
  expect(slept).toBeGreaterThanOrEqual(10 * MINUTE)
  expect(view.isCurrent([CONFIG_MAP])).toBe(false)
  await view.hold([CONFIG_MAP], never)
  expect([...view.ofTarget('target-a').values()]).toEqual(known)
})
