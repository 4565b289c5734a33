import { describe, expect, test } from '@jest/globals'
import type { WatchEvent } from '../../../src/model/cluster.ts'
import type { ClusterError } from '../../../src/model/cluster-error.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { startFaultProxy } from '../../support/fault-proxy.ts'
import { at, configMap, customResourceDefinition, deployment } from '../../support/kubernetes-objects.ts'

const plane = useControlPlane()
const lockstep = { fieldManager: 'lockstep' }
const configMaps = { group: '', version: 'v1', kind: 'ConfigMap' }
const key = (name: string) => ({ ...configMaps, namespace: 'default', name })

describe('get', () => {
  test('answers the whole object, or undefined where there is none', async () => {
    await plane.cluster.apply(configMap('read', { a: '1' }), lockstep)
    expect(await plane.cluster.get(key('read'))).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { a: '1' },
    })
    expect(await plane.cluster.get(key('unread'))).toBeUndefined()
    expect(await plane.cluster.get({ ...key('x'), kind: 'Nothing' })).toBeUndefined()
    expect(await plane.cluster.get({ ...key('x'), group: 'nothing.example' })).toBeUndefined()
  })

  test('finds objects whose names need escaping', async () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'Team: a&b?c#d' },
      rules: [],
    }
    await plane.cluster.apply(role, lockstep)
    const found = await plane.cluster.get({
      group: 'rbac.authorization.k8s.io',
      version: 'v1',
      kind: 'ClusterRole',
      name: 'Team: a&b?c#d',
    })
    expect(at(found, 'metadata', 'name')).toBe('Team: a&b?c#d')
  })

  test.each([
    '..',
    '.',
    'a/../../kube-system/secrets',
    '%2e%2e',
    '',
  ])('no name reaches another address: %j', async (name) => {
    await expect(plane.cluster.get(key(name))).rejects.toMatchObject({ kind: 'invalid' })
  })
})

describe('list', () => {
  test('reads every page of what the labels select, complete objects with their kind', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `page-${String(index).padStart(2, '0')}`)
    await Promise.all(names.map((name) => plane.cluster.apply(configMap(name, {}, { set: 'pages' }), lockstep)))
    const cluster = await plane.open({ pageSize: 5 })
    const { items, resourceVersion } = await cluster.list(configMaps, {
      labelSelector: 'set=pages',
      namespace: 'default',
    })
    expect(items.map((item) => at(item, 'metadata', 'name'))).toEqual(names)
    expect(items.every(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'ConfigMap')).toBe(true)
    expect(resourceVersion).toMatch(/^\d+$/)
    expect(cluster.requests.list).toBe(3)
  })

  test('starts again in one piece when the snapshot expires between pages', async () => {
    const proxy = await startFaultProxy(plane.local.kubeconfig)
    const cluster = await plane.open({ kubeconfig: proxy.kubeconfig, pageSize: 5 })
    const expired = {
      kind: 'Status',
      reason: 'Expired',
      code: 410,
      message: 'The provided continue parameter is too old',
    }
    proxy.inject(/continue=/, { answer: { status: 410, body: JSON.stringify(expired) } })
    expect((await cluster.list(configMaps, { labelSelector: 'set=pages' })).items).toHaveLength(12)
    expect(
      proxy.seen.filter((request) => request.includes('/configmaps')).map((request) => /limit=5/.test(request)),
    ).toEqual([true, true, false])
    await proxy.close()
  })

  test('large answers come compressed and are read', async () => {
    const data = { text: 'x'.repeat(200_000) }
    await Promise.all(
      ['large-1', 'large-2'].map((name) => plane.cluster.apply(configMap(name, data, { set: 'large' }), lockstep)),
    )
    const { items } = await plane.cluster.list(configMaps, { labelSelector: 'set=large' })
    expect(items.map((item) => item.data)).toEqual([data, data])
  })

  test('all namespaces, one namespace, and a kind the server does not have', async () => {
    const all = await plane.cluster.list({ group: '', version: 'v1', kind: 'Namespace' })
    expect(all.items.map((item) => at(item, 'metadata', 'name'))).toContain('kube-system')
    expect((await plane.cluster.list(configMaps, { namespace: 'no-such-namespace' })).items).toEqual([])
    expect(await plane.cluster.list({ group: 'nothing.example', version: 'v1', kind: 'Nothing' })).toEqual({
      items: [],
      resourceVersion: '',
    })
  })
})

describe('delete', () => {
  test('says whether there was something to delete', async () => {
    await plane.cluster.apply(configMap('short'), lockstep)
    expect(await plane.cluster.delete(key('short'))).toBe('deleted')
    expect(await plane.cluster.delete(key('short'))).toBe('gone')
    expect(await plane.cluster.delete({ ...key('x'), kind: 'Nothing' })).toBe('gone')
  })

  test('leaves another object of the same name, and a newer version, alone', async () => {
    const live = await plane.cluster.apply(configMap('precious', { a: '1' }), lockstep)
    await plane.cluster.apply(configMap('precious', { a: '2' }), lockstep)
    const { uid, resourceVersion } = live.metadata as { uid: string; resourceVersion: string }
    const other = '11111111-2222-3333-4444-555555555555'
    await expect(plane.cluster.delete(key('precious'), { uid: other })).rejects.toMatchObject({
      kind: 'stale',
      status: 409,
    })
    await expect(plane.cluster.delete(key('precious'), { uid, resourceVersion })).rejects.toMatchObject({
      kind: 'stale',
    })
    expect(await plane.cluster.delete(key('precious'), { uid, dryRun: true })).toBe('deleted')
    expect(await plane.cluster.get(key('precious'))).toBeDefined()
    expect(await plane.cluster.delete(key('precious'), { uid })).toBe('deleted')
  })
})

describe('create and patch', () => {
  test('creates Events under generated names', async () => {
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: 'lockstep-', namespace: 'default' },
      involvedObject: { kind: 'ConfigMap', name: 'read', namespace: 'default' },
      reason: 'Healed',
      message: 'x',
      type: 'Normal',
    }
    const created = await plane.cluster.create(event, lockstep)
    expect(at(created, 'metadata', 'name')).toMatch(/^lockstep-/)
  })

  test('creating what exists is its own kind of refusal', async () => {
    await plane.cluster.create(configMap('once'), lockstep)
    await expect(plane.cluster.create(configMap('once'), lockstep)).rejects.toMatchObject({
      kind: 'exists',
      status: 409,
    })
  })

  test('a merge patch bound to a version is a compare-and-swap', async () => {
    const live = await plane.cluster.create(configMap('swapped', { holder: 'a' }), lockstep)
    const bound = (holder: string) => ({
      metadata: { resourceVersion: at(live, 'metadata', 'resourceVersion') },
      data: { holder },
    })
    await plane.cluster.patch(key('swapped'), bound('b'), lockstep)
    await expect(plane.cluster.patch(key('swapped'), bound('c'), lockstep)).rejects.toMatchObject({ kind: 'stale' })
    expect((await plane.cluster.get(key('swapped')))?.data).toEqual({ holder: 'b' })
  })
})

describe('kinds', () => {
  test('knows where a kind lives and says undefined for one the server lacks', async () => {
    expect(await plane.cluster.scope(configMaps)).toBe('namespaced')
    expect(await plane.cluster.scope({ group: '', version: 'v1', kind: 'Namespace' })).toBe('cluster')
    expect(await plane.cluster.scope({ group: 'apps', version: 'v1beta1', kind: 'Deployment' })).toBeUndefined()
  })

  test('a kind that comes with a CustomResourceDefinition is usable as soon as it is served, and unknown when it is gone', async () => {
    const widget = { group: 'example.dev', version: 'v1', kind: 'Widget' }
    const object = { apiVersion: 'example.dev/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { any: [1, 'b'] } }
    await expect(plane.cluster.apply(object, lockstep)).rejects.toMatchObject({ kind: 'unknown-kind', status: 404 })
    await plane.cluster.apply(customResourceDefinition('Widget'), lockstep)
    await eventually(async () => (await plane.cluster.scope(widget)) === 'namespaced')
    expect((await plane.cluster.apply(object, lockstep)).spec).toEqual({ any: [1, 'b'] })
    await plane.cluster.delete({
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
      name: 'widgets.example.dev',
    })
    const refusal = () =>
      plane.cluster.apply(object, lockstep).then(
        () => 'accepted',
        (error: ClusterError) => error.kind,
      )
    await eventually(async () => (await refusal()) === 'unknown-kind')
    expect(await plane.cluster.scope(widget)).toBeUndefined()
  })
})

describe('a kind that is defined anew', () => {
  test('is looked up again', async () => {
    const gadget = { group: 'example.dev', version: 'v1', kind: 'Gadget' }
    const definition = {
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
      name: 'gadgets.example.dev',
    }
    await plane.cluster.apply(customResourceDefinition('Gadget'), lockstep)
    await eventually(async () => (await plane.cluster.scope(gadget)) === 'namespaced')
    await plane.cluster.delete(definition)
    await eventually(async () => (await plane.cluster.get(definition)) === undefined)
    await plane.cluster.apply(customResourceDefinition('Gadget', 'Cluster'), lockstep)
    await eventually(async () => (await plane.cluster.scope(gadget)) === 'cluster')
  })
})

describe('numbers', () => {
  test('whole numbers beyond 2^53 are read exactly, and written exactly by create and patch', async () => {
    await plane.cluster.apply(customResourceDefinition('Counter', 'Cluster'), lockstep)
    const kind = { group: 'example.dev', version: 'v1', kind: 'Counter' }
    await eventually(() => plane.cluster.scope(kind))
    const counter = {
      apiVersion: 'example.dev/v1',
      kind: 'Counter',
      metadata: { name: 'c' },
      spec: { big: 9223372036854775807n, small: 7 },
    }
    const created = await plane.cluster.create(counter, lockstep)
    expect((await plane.cluster.get({ ...kind, name: 'c' }))?.spec).toEqual({ big: 9223372036854775807n, small: 7 })
    await plane.cluster.patch({ ...kind, name: 'c' }, { spec: { big: -9007199254740993n } }, lockstep)
    expect((await plane.cluster.list(kind)).items[0]?.spec).toEqual({ big: -9007199254740993n, small: 7 })
    const applied = await plane.cluster.apply(
      { ...counter, spec: { big: 9007199254740993n } },
      { ...lockstep, force: true },
    )
    expect(at(applied, 'spec', 'big')).toBe(9007199254740993n)
    const from = { items: [], resourceVersion: String(at(created, 'metadata', 'resourceVersion')) }
    const stop = new AbortController()
    const seen: unknown[] = []
    const listen = (event: WatchEvent) => 'object' in event && seen.push(at(event.object, 'spec', 'big'))
    void plane.cluster.watch(kind, { from }, listen, stop.signal)
    await eventually(() => seen.length === 2)
    stop.abort()
    expect(seen).toEqual([-9007199254740993n, 9007199254740993n])
  })
})

describe('namespaces', () => {
  test("objects that name none go to the context's, and a body is not changed for it", async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'homeless' } }
    expect(plane.cluster.namespace).toBe('default')
    expect(at(await plane.cluster.apply(body, lockstep), 'metadata', 'namespace')).toBe('default')
    expect(await plane.cluster.get({ ...configMaps, name: 'homeless' })).toBeDefined()
  })
})

describe('the server', () => {
  test('says its version', async () => {
    expect(await plane.cluster.serverVersion()).toMatch(/^v1\.\d+\.\d+/)
  })

  test('gets unknown fields refused by name', async () => {
    const typo = deployment('typo', { replcas: 2 })
    await expect(plane.cluster.apply(typo, lockstep)).rejects.toMatchObject({
      kind: 'invalid',
      retryable: false,
      message: expect.stringContaining('replcas'),
    })
    await expect(plane.cluster.create(configMap('typo-2', {}), { ...lockstep, dryRun: true })).resolves.toBeDefined()
  })
})
