import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { ClusterAccess } from '../../../src/adapters/kubernetes/open-cluster.ts'
import type { Cluster, ResourceKind } from '../../../src/model/cluster.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import type { LiveChange } from '../../../src/reconcile/live/record-store.ts'
import { WatchedView } from '../../../src/reconcile/live/watched-view.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { configMap, customResourceDefinition, deployment } from '../../support/kubernetes-objects.ts'
import { labelled } from '../../support/live-objects.ts'

const CONFIG_MAP: ResourceKind = { group: '', version: 'v1', kind: 'ConfigMap' }
const SECRET: ResourceKind = { group: '', version: 'v1', kind: 'Secret' }
const WIDGET: ResourceKind = { group: 'example.dev', version: 'v1', kind: 'Widget' }
const lockstep = { fieldManager: 'lockstep', force: true }
const key = (name: string) => ({ ...CONFIG_MAP, namespace: 'default', name })

const plane = useControlPlane()
let proxy: FaultProxy
let cluster: Cluster
let view: WatchedView
let label: string
let run = 0
const never = new AbortController().signal

beforeAll(async () => {
  proxy = await startFaultProxy(plane.local.kubeconfig)
})
beforeEach(async () => {
  label = `target-${++run}`
  await openView()
})
afterEach(async () => {
  proxy.heal()
  await closeView()
})
afterAll(() => proxy.close())

async function openView(limits: Pick<ClusterAccess, 'requestTimeoutMs' | 'watchIdleMs'> = {}): Promise<void> {
  cluster = await plane.open({ kubeconfig: proxy.kubeconfig, ...limits })
  view = new WatchedView(cluster, { inventoryNamespace: 'default', patienceMs: 5_000 })
}

/** The proxy forgets a stream a moment later: until then it would be taken for one of the next view. */
async function closeView(): Promise<void> {
  await view.close()
  await cluster.close()
  await eventually(() => proxy.openStreams() === 0)
}

const put = (name: string, value: string, of = label) =>
  plane.cluster.apply(labelled(configMap(name, { value }), of), lockstep)
const edit = (name: string, value: string) =>
  plane.cluster.patch(key(name), { data: { value } }, { fieldManager: 'kubectl-edit' })
const names = (of = label) => [...view.ofTarget(of).values()].map(({ key }) => key.name).sort()
const versionOf = ({ metadata }: JsonObject) => (metadata as JsonObject).resourceVersion
const recordOf = (name: string) => view.ofTarget(label).get(`/ConfigMap/default/${name}`)
const listed = () => proxy.seen.filter((line) => line.includes('limit=')).length
const told = async (version: unknown, name: string) => eventually(() => recordOf(name)?.version === version)

describe('a view of a cluster', () => {
  test('asks once a kind, whatever the number of targets, and then knows every change without a request', async () => {
    await put('a', '1')
    await put('b', '1', `${label}-other`)
    await view.hold([CONFIG_MAP, SECRET], never)
    expect([names(), names(`${label}-other`)]).toEqual([['a'], ['b']])
    await eventually(() => cluster.requests.watch === 2)
    const before = cluster.requests
    await put('c', '1')
    await plane.cluster.delete(key('a'))
    await eventually(() => names().join() === 'c')
    await view.hold([CONFIG_MAP, SECRET], never)
    expect(cluster.requests).toEqual(before)
    expect(before).toMatchObject({ list: 2, get: 0 })
  })

  test('says of each change what it was before and what it is now', async () => {
    const changes: LiveChange[] = []
    await put('told', '1')
    await view.hold([CONFIG_MAP], never)
    const stop = view.onChange((change) => changes.push(change))
    await edit('told', '2')
    const [change] = await eventually(() => changes.length > 0 && changes)
    expect(change).toMatchObject({ label, id: '/ConfigMap/default/told' })
    expect(change?.before?.ownHash).not.toBe(change?.after?.ownHash)
    stop()
    await told(versionOf(await edit('told', '3')), 'told')
    expect(changes).toHaveLength(1)
  })

  test('knows what the server answered to a write before the watch tells it', async () => {
    await view.hold([CONFIG_MAP], never)
    await eventually(() => proxy.openStreams() > 0)
    proxy.silenceStreams()
    const answer = await put('written', '1')
    expect(recordOf('written')).toBeUndefined()
    const { uid } = view.take(answer)
    expect(recordOf('written')?.version).toBe(versionOf(answer))
    await plane.cluster.delete(key('written'), { uid })
    view.forget(key('written'), uid)
    expect(names()).toEqual([])
  })

  test('gives the body of what somebody changed just now without asking, and asks for every other', async () => {
    await put('edited', '1')
    await put('still', '1')
    await view.hold([CONFIG_MAP], never)
    await told(versionOf(await edit('edited', '2')), 'edited')
    const before = cluster.requests
    expect(await view.object(key('edited'))).toMatchObject({ data: { value: '2' }, kind: 'ConfigMap' })
    expect(cluster.requests).toEqual(before)
    expect(await view.object(key('still'))).toMatchObject({ data: { value: '1' } })
    expect(await view.object(key('none'))).toBeUndefined()
    expect(cluster.requests.get).toBe(before.get + 2)
  })

  test('keeps no body of a Secret', async () => {
    const secret = { ...labelled(configMap('hidden'), label), kind: 'Secret', data: { token: 'b25l' } }
    await plane.cluster.apply(secret, lockstep)
    await view.hold([SECRET], never)
    const hidden = { ...SECRET, namespace: 'default', name: 'hidden' }
    const patched = await plane.cluster.patch(hidden, { data: { token: 'dHdv' } }, { fieldManager: 'kubectl-edit' })
    await eventually(() => view.ofTarget(label).get('/Secret/default/hidden')?.version === versionOf(patched))
    const before = cluster.requests.get
    await view.object(hidden)
    expect(cluster.requests.get).toBe(before + 1)
  })

  test('a kind that comes later is followed from then on; one that goes has no objects', async () => {
    await view.hold([WIDGET], never)
    const definition = customResourceDefinition('Widget')
    await plane.cluster.apply(definition, lockstep)
    const widget = { ...configMap('w'), apiVersion: 'example.dev/v1', kind: 'Widget' }
    await eventually(async () => plane.cluster.apply(labelled(widget, label), lockstep).catch(() => undefined))
    await view.hold([WIDGET], never)
    expect(names()).toEqual(['w'])
    await plane.cluster.delete({
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
      name: 'widgets.example.dev',
    })
    await eventually(async () => {
      await view.hold([WIDGET], never)
      return names().length === 0
    })
  })

  test('knows what autoscalers scale, asked once', async () => {
    expect(await view.autoscalers('default', never)).toEqual([])
    const before = cluster.requests
    await plane.cluster.apply(deployment('scaled'), lockstep)
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'scaled' }
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'scaled', namespace: 'default' },
      spec: { scaleTargetRef, maxReplicas: 5 },
    }
    await plane.cluster.apply(autoscaler, lockstep)
    const known = await eventually(async () => {
      const found = await view.autoscalers('default', never)
      return found.length > 0 && found
    })
    expect(known).toMatchObject([{ metadata: { namespace: 'default' }, spec: { scaleTargetRef } }])
    expect(await view.autoscalers('kube-system', never)).toEqual([])
    expect(cluster.requests).toMatchObject({ list: before.list, get: before.get })
  })

  test("judges a target's objects by its own rules, and the others as ever", async () => {
    await put('judged', 'bad')
    await put('other', 'bad', `${label}-other`)
    await view.hold([CONFIG_MAP], never)
    expect(recordOf('judged')?.health.health).toBe('Healthy')
    const rules = {
      id: 'one',
      kinds: new Set(['/ConfigMap']),
      verdict: () => ({ health: 'Degraded' as const, message: 'is bad' }),
    }
    view.useHealth(label, rules)
    await view.hold([CONFIG_MAP], never)
    expect(recordOf('judged')?.health).toEqual({ health: 'Degraded', message: 'is bad' })
    expect([...view.ofTarget(`${label}-other`).values()]).toMatchObject([{ health: { health: 'Healthy' } }])
    const lists = listed()
    view.useHealth(label, { ...rules })
    await view.hold([CONFIG_MAP], never)
    expect(listed()).toBe(lists)
    view.useHealth(label, undefined)
    await view.hold([CONFIG_MAP], never)
    expect(recordOf('judged')?.health.health).toBe('Healthy')
  })
})

describe('a view whose cluster fails', () => {
  beforeEach(async () => {
    await closeView()
    await openView({ requestTimeoutMs: 2_000, watchIdleMs: 500 })
  })

  const gone = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old resource version' }
  test.each<[string, () => void]>([
    ['a reset', () => proxy.breakStreams()],
    ['a stream that the server ends', () => proxy.endStreams()],
    ['silence', () => proxy.silenceStreams()],
    [
      'an expired version',
      () => {
        proxy.inject(/watch=true/, { answer: { status: 410, body: JSON.stringify(gone) } })
        proxy.endStreams()
      },
    ],
  ])('after %s holds what the server holds', async (_, disturb) => {
    for (const name of ['kept', 'changed', 'deleted', 'replaced']) await put(`${label}-${name}`, '1')
    await view.hold([CONFIG_MAP], never)
    await eventually(() => proxy.openStreams() > 0)
    disturb()
    await plane.cluster.delete(key(`${label}-deleted`))
    await plane.cluster.delete(key(`${label}-replaced`))
    await put(`${label}-replaced`, '1')
    await put(`${label}-created`, '1')
    await put(`${label}-changed`, '2')
    await eventually(async () => {
      await view.hold([CONFIG_MAP], never)
      const { items } = await plane.cluster.list(CONFIG_MAP, { labelSelector: `lockstep.dev/target=${label}` })
      const ours = [...view.ofTarget(label).values()].map(({ uid, version }) => `${uid} ${version}`)
      const theirs = items
        .map(({ metadata }) => metadata as JsonObject)
        .map((one) => `${one.uid} ${one.resourceVersion}`)
      return ours.sort().join() === theirs.sort().join()
    })
  })

  test('loses nothing to a listener that is slow', async () => {
    await view.hold([CONFIG_MAP], never)
    const stop = view.onChange(() => {
      const until = performance.now() + 5
      while (performance.now() < until);
    })
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => put(`${label}-${index}`, String(round))))
    }
    const { items } = await plane.cluster.list(CONFIG_MAP, { labelSelector: `lockstep.dev/target=${label}` })
    const versions = items.map(versionOf).sort()
    await eventually(
      () =>
        [...view.ofTarget(label).values()]
          .map(({ version }) => version)
          .sort()
          .join() === versions.join(),
    )
    stop()
  })

  test('does not wait for a refusal to pass', async () => {
    const refused = { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' }
    proxy.inject(/configmaps/, { answer: { status: 403, body: JSON.stringify(refused) } }, 100)
    await expect(view.hold([CONFIG_MAP], never)).rejects.toMatchObject({ kind: 'forbidden' })
    proxy.heal()
    await eventually(() =>
      view
        .hold([CONFIG_MAP], never)
        .then(() => true)
        .catch(() => false),
    )
  })

  test('says that it does not answer, and goes on when it does', async () => {
    await view.hold([SECRET], never)
    await eventually(() => proxy.openStreams() > 0)
    proxy.inject(/./, 'reset', 1_000)
    proxy.breakStreams()
    for (const kind of [CONFIG_MAP, SECRET]) {
      const held = () => view.hold([kind], never).catch((error: unknown) => error)
      expect(await eventually(held)).toMatchObject({ problems: [{ code: 'CLUSTER_UNREACHABLE' }] })
    }
    proxy.heal()
    await put('back', '1')
    await eventually(() =>
      view
        .hold([CONFIG_MAP], never)
        .then(() => true)
        .catch(() => false),
    )
    await eventually(() => names().join() === 'back')
  })

  test('waits for an answer only so long', async () => {
    const hasty = new WatchedView(cluster, { inventoryNamespace: 'default', patienceMs: 300 })
    await cluster.scope(CONFIG_MAP)
    proxy.inject(/configmaps/, 'hang', 10)
    await expect(hasty.hold([CONFIG_MAP], never)).rejects.toMatchObject({ problems: [{ code: 'OBJECTS_UNKNOWN' }] })
    await hasty.close()
  })
})
