import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { LockstepError } from '../../../src/model/errors.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import type { Outcome } from '../../../src/model/outcome.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { textAt, valueAt } from '../../../src/reconcile/live/live-object.ts'
import { settleTarget } from '../../../src/reconcile/targets/settle-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { customResourceDefinition } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { REPOSITORY, TargetsScene, targetOf } from '../../support/targets-scene.ts'
import { configMapYaml, deploymentYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
const open = (name: string, clusters = ['main']) => TargetsScene.open(() => plane.cluster, name, clusters)

const configMap = (name: string): ResourceKey => ({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace: 'default',
  name,
})
const dataOf = async (name: string) => textAt(await plane.cluster.get(configMap(name)), 'data', 'v')
const uidOf = async (name: string) => textAt(await plane.cluster.get(configMap(name)), 'metadata', 'uid')
const value = (name: string, v: string) => configMapYaml(name, 'default', { v })
const change = (name: string, v: string | null) =>
  plane.cluster.patch(configMap(name), { data: { v } }, { fieldManager: 'kubectl-edit' })

/** Nothing runs Pods here: what its controller would say of a Deployment's newest spec. */
async function sayOf(name: string, health: 'Healthy' | 'Progressing' | 'Degraded'): Promise<void> {
  const key = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'default', name }
  const generation = valueAt(await plane.cluster.get(key), 'metadata', 'generation') ?? 1
  const replicas = health === 'Healthy' ? 2 : 0
  const conditions =
    health === 'Degraded' ? [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] : []
  const status = {
    observedGeneration: generation,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions,
  }
  await plane.cluster.patch(key, { status }, { fieldManager: 'controller', subresource: 'status' })
}

const config = (environments: string, more = '') =>
  `version: 1\noverlays: ['apps/{app}/{environment}/{cluster}', 'apps/{app}/{environment}']\nenvironments:\n${environments}${more}`

describe('a kind that the cluster lacks', () => {
  const widget = 'apiVersion: lacking.dev/v1\nkind: Widget\nmetadata: { name: w, namespace: default }\n'
  const definition = stringify({
    ...customResourceDefinition('Widget'),
    metadata: { name: 'widgets.lacking.dev' },
    spec: { ...(customResourceDefinition('Widget').spec as JsonObject), group: 'lacking.dev' },
  })
  const service = stringify({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.aggregated.dev' },
    spec: {
      group: 'aggregated.dev',
      version: 'v1',
      groupPriorityMinimum: 1,
      versionPriority: 1,
      insecureSkipTLSVerify: true,
      service: { name: 'backend', namespace: 'default' },
    },
  })

  test(
    'and another application brings is refused with the order that does it, and applied with that',
    async () => {
      const scene = await open('lacking')
      const environments = '  - { name: prod, cluster: main }\n'
      scene.commit({
        '.lockstep.yaml': config(environments),
        'apps/alpha/prod/w.yaml': widget,
        'apps/crds/prod/d.yaml': definition,
      })
      const refused = await scene.deploy()
      expect(refused['alpha/prod/main']).toMatchObject({
        code: 'KIND_UNKNOWN',
        message: expect.stringContaining(
          'CustomResourceDefinition/widgets.lacking.dev is in the overlay of crds/prod/main',
        ),
        remedy: 'Let it come first: `order: { alpha: [crds] }` in .lockstep.yaml.',
      })
      scene.commit({ '.lockstep.yaml': config(environments, 'order: { alpha: [crds] }\n') })
      const applied = await scene.deploy()
      expect(applied['alpha/prod/main']).toMatchObject({ code: 'RECONCILED' })
    },
    KUSTOMIZE_SETUP_MS,
  )

  test('and only its own APIService would serve is refused, with what to move where', async () => {
    const scene = await open('aggregated')
    scene.commit({
      '.lockstep.yaml': config('  - { name: prod, cluster: main }\n'),
      'apps/metrics/prod/s.yaml': service,
      'apps/metrics/prod/w.yaml': widget.replace('lacking', 'aggregated'),
    })
    expect((await scene.deploy())['metrics/prod/main']).toMatchObject({
      code: 'KIND_UNKNOWN',
      message: expect.stringContaining('APIService/v1.aggregated.dev of the same overlay serves it only once'),
      remedy: expect.stringContaining('order: { metrics: [THAT-APPLICATION] }'),
    })
    const key = { group: 'apiregistration.k8s.io', version: 'v1', kind: 'APIService', name: 'v1.aggregated.dev' }
    expect(await plane.cluster.get(key)).toBeUndefined()
  })
})

describe('order between targets', () => {
  test(
    'what gets well while somebody finds that he has to wait for it wakes him all the same',
    async () => {
      const scene = await open('missed')
      scene.commit({
        '.lockstep.yaml': config('  - { name: prod, cluster: main }\n', 'order: { window: [store] }\n'),
        'apps/store/prod/d.yaml': deploymentYaml('missed-db', 'default', {}),
        'apps/window/prod/c.yaml': value('missed-web', '1'),
      })
      await scene.dispatch()
      let windowBegan = false
      const { render } = scene.ports.renderer
      scene.ports.renderer.render = async (tree, overlay, options) => {
        windowBegan ||= overlay === 'apps/window/prod'
        const found = await render(tree, overlay, options)
        if (!windowBegan || overlay !== 'apps/store/prod') return found
        scene.ports.renderer.render = render
        await sayOf('missed-db', 'Healthy')
        await scene.look('store/prod/main')
        return found
      }
      expect(await scene.work()).toMatchObject({ 'window/prod/main': { code: 'RECONCILED' } })
      expect(await dataOf('missed-web')).toBe('1')
    },
    KUSTOMIZE_SETUP_MS,
  )

  test(
    'what comes before is healthy at its newest render first; what does not depend on it never waits',
    async () => {
      const scene = await open('order')
      const files = (v: string) => ({
        'apps/database/prod/d.yaml': deploymentYaml('order-db', 'default', { image: `registry.example/db:${v}` }),
        'apps/web/prod/c.yaml': value('order-web', v),
        'apps/other/prod/c.yaml': value('order-other', v),
      })
      scene.commit({
        '.lockstep.yaml': config('  - { name: prod, cluster: main }\n', 'order: { web: [database] }\n'),
        ...files('1'),
      })
      const first = await scene.deploy()
      expect(first['web/prod/main']).toMatchObject({
        decision: 'waiting',
        code: 'ORDER_WAITS',
        message: 'Waits for database, which the order puts before it: database: it is Progressing.',
      })
      expect(first['other/prod/main']).toMatchObject({ code: 'RECONCILED' })
      expect([await dataOf('order-web'), await dataOf('order-other')]).toEqual([undefined, '1'])
      expect(await scene.status('web/prod/main')).toMatchObject({
        waitingFor: 'database',
        waitsOn: ['database/prod/main'],
        problems: [],
      })

      await sayOf('order-db', 'Healthy')
      expect(await scene.look('database/prod/main')).toEqual(['web/prod/main'])
      expect(await scene.work()).toMatchObject({ 'web/prod/main': { code: 'RECONCILED' } })
      expect(await dataOf('order-web')).toBe('1')
      expect((await scene.status('web/prod/main'))?.waitingFor).toBeUndefined()

      scene.commit(files('2'))
      const second = await scene.deploy()
      expect(second['web/prod/main']).toMatchObject({ code: 'ORDER_WAITS' })
      expect([await dataOf('order-web'), await dataOf('order-other')]).toEqual(['1', '2'])
      await sayOf('order-db', 'Degraded')
      await scene.look('database/prod/main')
      expect(await scene.work()).toMatchObject({
        'web/prod/main': { code: 'ORDER_WAITS', message: expect.stringContaining('it is Degraded') },
      })
      expect(await scene.status('web/prod/main')).toMatchObject({ sync: 'Synced', health: 'Healthy' })
      await sayOf('order-db', 'Healthy')
      await scene.look('database/prod/main')
      await scene.work()
      expect(await dataOf('order-web')).toBe('2')

      await sayOf('order-db', 'Degraded')
      await scene.look('database/prod/main')
      await scene.ports.queue.add({ kind: 'reconcile', repository: REPOSITORY, target: targetOf('web/prod/main') })
      expect(await scene.work()).toMatchObject({ 'web/prod/main': { code: 'IN_SYNC' } })
    },
    KUSTOMIZE_SETUP_MS,
  )
})

describe('waves', () => {
  const files = (v: string) => ({
    'apps/shop/prod/eu/d.yaml': deploymentYaml('wave-eu', 'default', { image: `registry.example/web:${v}` }),
    'apps/shop/prod/us/c.yaml': value('wave-us', v),
  })
  const waves = (text: string) => config(`  - { name: prod, clusters: [eu, us], waves: ${text} }\n`)

  test(
    'later clusters stay at their last revision, and are healed there, until the earlier wave is healthy for long enough',
    async () => {
      const scene = await open('waves', ['eu', 'us'])
      scene.commit({ '.lockstep.yaml': waves('[[eu], { clusters: [us], soak: 10m }]'), ...files('1') })
      await scene.deploy()
      expect(await dataOf('wave-us')).toBeUndefined()
      await sayOf('wave-eu', 'Healthy')
      expect(await scene.look('shop/prod/eu')).toEqual(['shop/prod/us'])
      const soaking = await scene.work()
      expect(soaking['shop/prod/us']).toMatchObject({ code: 'WAVE_WAITS', details: { againInMs: expect.any(Number) } })
      const { againInMs } = (soaking['shop/prod/us'] as Outcome).details as { againInMs: number }
      expect(againInMs).toBeGreaterThan(590_000)
      scene.ahead += 600_000
      await scene.look('shop/prod/eu')
      await scene.deploy()
      expect(await dataOf('wave-us')).toBe('1')

      const second = scene.commit(files('2'))
      expect((await scene.deploy())['shop/prod/us']).toMatchObject({ decision: 'waiting', code: 'WAVE_WAITS' })
      expect(await scene.status('shop/prod/us')).toMatchObject({
        sync: 'Synced',
        health: 'Healthy',
        drift: [],
        waitingFor: 'wave eu',
      })
      expect((await scene.status('shop/prod/us'))?.revision).not.toBe(second)

      await change('wave-us', 'drifted')
      await scene.look('shop/prod/us')
      expect(await scene.status('shop/prod/us')).toMatchObject({
        drift: [{ desired: '1', live: 'drifted' }],
        waitingFor: 'wave eu',
      })
      await scene.deploy()
      expect(await dataOf('wave-us')).toBe('1')
      expect(await scene.status('shop/prod/us')).toMatchObject({ drift: [], waitingFor: 'wave eu' })

      await sayOf('wave-eu', 'Healthy')
      await scene.look('shop/prod/eu')
      scene.ahead += 600_000
      await scene.look('shop/prod/eu')
      await scene.deploy()
      expect(await dataOf('wave-us')).toBe('2')
      expect(await scene.status('shop/prod/us')).toMatchObject({ revision: second, sync: 'Synced' })
    },
    KUSTOMIZE_SETUP_MS,
  )
})

describe('pins', () => {
  const pinned = (track: string) => config(`  - { name: prod, cluster: main, track: ${track} }\n`)

  test(
    'a pinned environment runs what it tracks, by the rules of the default branch, and follows it when it moves',
    async () => {
      const scene = await open('pins')
      scene.commit({ '.lockstep.yaml': pinned('{ branch: release }'), 'apps/pin/prod/c.yaml': value('pin', 'main') })
      const release = scene.commit(
        { 'apps/pin/prod/c.yaml': value('pin', 'r1'), '.lockstep.yaml': 'version: 1\noverlays: nowhere\n' },
        'release',
      )
      await scene.deploy()
      expect(await dataOf('pin')).toBe('r1')
      expect(await scene.status('pin/prod/main')).toMatchObject({
        track: 'branch release',
        revision: release,
        sync: 'Synced',
      })

      scene.commit({ 'apps/pin/prod/c.yaml': value('pin', 'main 2') })
      await scene.deploy()
      expect(await dataOf('pin')).toBe('r1')
      scene.commit({ 'apps/pin/prod/c.yaml': value('pin', 'r2') }, 'release')
      expect(await scene.deploy()).toMatchObject({ 'pin/prod/main': { code: 'RECONCILED' } })
      expect(await dataOf('pin')).toBe('r2')

      await change('pin', 'drifted')
      await scene.look('pin/prod/main')
      expect(await scene.status('pin/prod/main')).toMatchObject({
        drift: [{ desired: 'r2', live: 'drifted' }],
        track: 'branch release',
      })
      await scene.deploy()
      expect(await dataOf('pin')).toBe('r2')
    },
    KUSTOMIZE_SETUP_MS,
  )

  test('a pin that leads nowhere is one problem, and nothing is applied or pruned', async () => {
    const scene = await open('lost')
    const files = { 'apps/lost/prod/c.yaml': value('lost', '1'), 'apps/lost/prod/d.yaml': value('lost-too', '1') }
    scene.commit({ '.lockstep.yaml': config('  - { name: prod, cluster: main }\n'), ...files })
    await scene.deploy()
    scene.commit({
      '.lockstep.yaml': pinned('{ branch: gone }'),
      'apps/lost/prod/d.yaml': null,
      'apps/lost/prod/c.yaml': value('lost', '2'),
    })
    expect(await scene.deploy()).toMatchObject({ 'lost/prod/main': { decision: 'refused', code: 'TRACK_MISSING' } })
    expect([await dataOf('lost'), await dataOf('lost-too')]).toEqual(['1', '1'])
    expect((await scene.status('lost/prod/main'))?.problems).toMatchObject([{ code: 'TRACK_MISSING' }])
  })
})

describe('a suspended environment', () => {
  const suspended = (suspend: boolean) => config(`  - { name: prod, cluster: main, suspend: ${suspend} }\n`)

  test('is looked at and left alone, until it goes on', async () => {
    const scene = await open('suspend')
    scene.commit({
      '.lockstep.yaml': suspended(false),
      'apps/still/prod/c.yaml': value('still', '1'),
      'apps/still/prod/d.yaml': value('still-too', '1'),
    })
    await scene.deploy()
    scene.commit({
      '.lockstep.yaml': suspended(true),
      'apps/still/prod/c.yaml': value('still', '2'),
      'apps/still/prod/d.yaml': null,
    })
    expect(await scene.deploy()).toMatchObject({ 'still/prod/main': { decision: 'refused', code: 'TARGET_SUSPENDED' } })
    await change('still', 'drifted')
    await scene.look('still/prod/main')
    expect(await scene.deploy()).toEqual({})
    expect([await dataOf('still'), await dataOf('still-too')]).toEqual(['drifted', '1'])
    expect(await scene.status('still/prod/main')).toMatchObject({
      suspended: true,
      sync: 'OutOfSync',
      drift: [{ desired: '1', live: 'drifted', manager: 'kubectl-edit' }],
      problems: [],
    })
    scene.commit({ '.lockstep.yaml': suspended(false) })
    await scene.deploy()
    expect([await dataOf('still'), await dataOf('still-too')]).toEqual(['2', undefined])
    expect((await scene.status('still/prod/main'))?.suspended).toBeUndefined()
  })
})

describe('a target that left Git', () => {
  const removal = (policy: string, more = '') =>
    config('  - { name: prod, cluster: main }\n', `removal: ${policy}\n${more}`)
  const inventories = async (name: string) =>
    (
      await plane.cluster.list(
        { group: '', version: 'v1', kind: 'ConfigMap' },
        { namespace: `inventories-${name}`, labelSelector: 'lockstep.dev/inventory' },
      )
    ).items.length

  test('is orphaned unless its environment says otherwise: everything stays, and is told once with the way to delete it', async () => {
    const scene = await open('orphan')
    scene.commit({
      '.lockstep.yaml': removal('orphan'),
      'apps/stays/prod/c.yaml': value('stays', '1'),
      'apps/rest/prod/c.yaml': value('orphan-rest', '1'),
    })
    await scene.deploy()
    scene.commit({ 'apps/stays/prod/c.yaml': null })
    const told = await scene.deploy()
    expect(told['stays/prod/main']).toMatchObject({
      decision: 'done',
      code: 'REMOVAL_ORPHANED',
      message: 'stays/prod/main left Git and its object stays: ConfigMap/stays.',
      remedy: expect.stringMatching(
        /kubectl delete configmap --all-namespaces --selector lockstep\.dev\/target=[0-9a-f]{16}/,
      ),
    })
    expect((await scene.status('stays/prod/main'))?.problems).toMatchObject([{ code: 'REMOVAL_ORPHANED' }])
    expect(await dataOf('stays')).toBe('1')
    expect(await scene.deploy()).toEqual({})

    scene.commit({ 'apps/stays/prod/c.yaml': value('stays', '2') })
    expect(await scene.deploy()).toMatchObject({ 'stays/prod/main': { code: 'RECONCILED' } })
    expect(await dataOf('stays')).toBe('2')
    scene.commit({ 'apps/stays/prod/c.yaml': null })
    expect(await scene.deploy()).toMatchObject({ 'stays/prod/main': { code: 'REMOVAL_ORPHANED' } })
    expect(await inventories('orphan')).toBe(2)

    scene.commit({ '.lockstep.yaml': removal('delete') })
    expect(await scene.deploy()).toMatchObject({ 'stays/prod/main': { code: 'REMOVED' } })
    expect([await dataOf('stays'), await dataOf('orphan-rest')]).toEqual([undefined, '1'])
    expect(await inventories('orphan')).toBe(1)
  })

  test('is deleted where its environment says so, by the guards of every prune, the inventory last', async () => {
    const scene = await open('delete')
    const several = Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [`apps/goes/prod/${name}.yaml`, value(`goes-${name}`, '1')]),
    )
    scene.commit({
      '.lockstep.yaml': removal('delete', 'prune: { limit: 2 }\n'),
      ...several,
      'apps/rest/prod/c.yaml': value('delete-rest', '1'),
    })
    await scene.deploy()
    const gone = scene.commit(Object.fromEntries(Object.keys(several).map((path) => [path, null])))
    const refused = await scene.deploy()
    expect(refused['goes/prod/main']).toMatchObject({
      decision: 'waiting',
      code: 'REMOVAL_WAITS',
      remedy: expect.stringContaining('/confirm-prune'),
    })
    expect((await scene.status('goes/prod/main'))?.problems).toMatchObject([{ code: 'PRUNE_LIMIT' }])
    expect(await Promise.all(['a', 'b', 'c'].map((name) => dataOf(`goes-${name}`)))).toEqual(['1', '1', '1'])

    scene.confirmed.add(gone)
    expect(await scene.deploy()).toMatchObject({ 'goes/prod/main': { decision: 'done', code: 'REMOVED' } })
    expect(await Promise.all(['a', 'b', 'c'].map((name) => dataOf(`goes-${name}`)))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(await dataOf('delete-rest')).toBe('1')
    expect(await inventories('delete')).toBe(1)
    expect(await scene.deploy()).toEqual({})
  })

  test('a renamed application takes its objects along: nothing is deleted and made again', async () => {
    const scene = await open('rename')
    scene.commit({
      '.lockstep.yaml': removal('delete'),
      'apps/before/prod/c.yaml': value('renamed', '1'),
      'apps/rest/prod/c.yaml': value('rename-rest', '1'),
    })
    await scene.deploy()
    const uid = await uidOf('renamed')
    scene.commit({ 'apps/before/prod/c.yaml': null, 'apps/after/prod/c.yaml': value('renamed', '2') })
    await scene.deploy()
    await scene.deploy()
    expect([await uidOf('renamed'), await dataOf('renamed')]).toEqual([uid, '2'])
    expect(await scene.status('after/prod/main')).toMatchObject({ sync: 'Synced', problems: [] })
    expect(await inventories('rename')).toBe(2)
  })

  describe('that left its objects behind', () => {
    const settle = (scene: TargetsScene, name: string, repository = REPOSITORY) =>
      settleTarget(scene.ports, { repository, target: targetOf(name), signal: AbortSignal.timeout(60_000) })
    const begin = async (name: string) => {
      const scene = await open(`left-${name}`)
      scene.commit({
        '.lockstep.yaml': removal('orphan'),
        [`apps/${name}-before/prod/c.yaml`]: configMapYaml(name, 'default', { v: '1', gone: 'with the new name' }),
        [`apps/${name}-before/prod/d.yaml`]: value(`${name}-more`, '1'),
        [`apps/${name}-rest/prod/c.yaml`]: value(`${name}-rest`, '1'),
      })
      await scene.deploy()
      return scene
    }
    const renamed = (name: string) => ({
      [`apps/${name}-before/prod/c.yaml`]: null,
      [`apps/${name}-before/prod/d.yaml`]: null,
      [`apps/${name}-after/prod/c.yaml`]: value(name, '2'),
    })

    test('is followed by the application of another name, which takes them over as they are', async () => {
      const scene = await begin('heir')
      const uid = await uidOf('heir')
      scene.commit(renamed('heir'))
      expect(await settle(scene, 'heir-after/prod/main')).toMatchObject({ code: 'OBJECT_OF_OTHER_TARGET' })
      const outcomes = await scene.deploy()
      expect(outcomes['heir-after/prod/main']).toMatchObject({ code: 'RECONCILED' })
      expect(outcomes['heir-before/prod/main']?.message).toContain('its object stays: ConfigMap/heir-more.')
      const data = valueAt(await plane.cluster.get(configMap('heir')), 'data')
      expect([await uidOf('heir'), data]).toEqual([uid, { v: '2' }])
      expect(await scene.status('heir-after/prod/main')).toMatchObject({ sync: 'Synced', problems: [] })
      expect(await inventories('left-heir')).toBe(3)

      scene.commit({ 'apps/heir-after/prod/d.yaml': value('heir-more', '2') })
      expect(await scene.deploy()).toMatchObject({
        'heir-after/prod/main': { code: 'RECONCILED' },
        'heir-before/prod/main': { code: 'REMOVED' },
      })
      expect(await inventories('left-heir')).toBe(2)
      expect((await scene.status('heir-before/prod/main'))?.problems).toEqual([])
      scene.commit({ '.lockstep.yaml': removal('delete') })
      await scene.deploy()
      expect([await dataOf('heir'), await dataOf('heir-more')]).toEqual(['2', '2'])
    })

    test('keeps them once it is in Git again, before it was applied again too', async () => {
      const scene = await begin('returns')
      scene.commit({ 'apps/returns-before/prod/c.yaml': null, 'apps/returns-before/prod/d.yaml': null })
      expect((await scene.deploy())['returns-before/prod/main']).toMatchObject({ code: 'REMOVAL_ORPHANED' })
      scene.commit({ ...renamed('returns'), 'apps/returns-before/prod/e.yaml': value('returns-e', '1') })
      expect(await settle(scene, 'returns-after/prod/main')).toMatchObject({ code: 'OBJECT_OF_OTHER_TARGET' })
      expect(await dataOf('returns')).toBe('1')
    })

    test('keeps them where it is one of another repository, whatever this one declares', async () => {
      const scene = await open('left-foreign')
      const other = { ...REPOSITORY, name: 'other' }
      const rest = { '.lockstep.yaml': removal('orphan'), 'apps/foreign-rest/prod/c.yaml': value('foreign-rest', '1') }
      scene.commit({ ...rest, 'apps/foreign-before/prod/c.yaml': value('foreign', '1') })
      expect(await settle(scene, 'foreign-before/prod/main', other)).toMatchObject({ code: 'RECONCILED' })
      scene.commit({ 'apps/foreign-before/prod/c.yaml': null, 'apps/foreign-after/prod/c.yaml': value('foreign', '2') })
      expect(await settle(scene, 'foreign-after/prod/main')).toMatchObject({ code: 'OBJECT_OF_OTHER_TARGET' })
      expect(await settle(scene, 'foreign-before/prod/main', other)).toMatchObject({ code: 'REMOVAL_ORPHANED' })
      expect(await settle(scene, 'foreign-after/prod/main')).toMatchObject({ code: 'OBJECT_OF_OTHER_TARGET' })
      expect(await dataOf('foreign')).toBe('1')
    })

    test('keeps what somebody made anew under its label', async () => {
      const scene = await begin('remade')
      scene.commit({ 'apps/remade-before/prod/c.yaml': null, 'apps/remade-before/prod/d.yaml': null })
      await scene.deploy()
      const labels = valueAt(await plane.cluster.get(configMap('remade')), 'metadata', 'labels')
      await plane.cluster.delete(configMap('remade'))
      const metadata = { name: 'remade', namespace: 'default', labels }
      await plane.cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata } as JsonObject, { fieldManager: 'x' })
      scene.commit(renamed('remade'))
      expect(await settle(scene, 'remade-after/prod/main')).toMatchObject({ code: 'OBJECT_OF_OTHER_TARGET' })
    })
  })

  test.each<[string, Record<string, string | null>]>([
    ['no configuration', { '.lockstep.yaml': null }],
    ['a faulty one', { '.lockstep.yaml': 'version: 1\nenvironments: []\n' }],
    ['an empty one', { '.lockstep.yaml': '' }],
    ['a template that finds nothing', { '.lockstep.yaml': removal('delete').replaceAll('apps/', 'app/') }],
    ['an environment without any overlay', { 'apps/doubt/prod/c.yaml': null }],
    [
      'a suspended environment',
      {
        '.lockstep.yaml': removal('delete').replace('cluster: main', 'cluster: main, suspend: true'),
        'apps/doubt/prod/c.yaml': null,
        'apps/x/prod/c.yaml': value('doubt-x', '1'),
      },
    ],
  ])('never for %s', async (name, changes) => {
    const scene = await open(`doubt-${name.replaceAll(' ', '-')}`)
    scene.commit({ '.lockstep.yaml': removal('delete'), 'apps/doubt/prod/c.yaml': value('doubt', '1') })
    await scene.deploy()
    scene.commit(changes)
    await scene.deploy()
    await scene.ports.queue.add({
      kind: 'reconcile',
      repository: REPOSITORY,
      target: targetOf('doubt/prod/main'),
    })
    expect((await scene.work())['doubt/prod/main']?.decision).toBe('refused')
    expect(await dataOf('doubt')).toBe('1')
  })

  test('nor for a repository that cannot be read, or an App that is not installed', async () => {
    const scene = await open('unreadable')
    scene.commit({ '.lockstep.yaml': removal('delete'), 'apps/unread/prod/c.yaml': value('unread', '1') })
    await scene.deploy()
    scene.unreadable = new LockstepError(
      { code: 'GITHUB_NOT_INSTALLED', message: 'not installed', remedy: 'Install it.' },
      { kind: 'unreachable' },
    )
    expect(await scene.dispatch()).toMatchObject({ decision: 'failed' })
    await scene.ports.queue.add({
      kind: 'reconcile',
      repository: REPOSITORY,
      target: targetOf('unread/prod/main'),
    })
    expect((await scene.work())['unread/prod/main']?.decision).toBe('failed')
    expect(await dataOf('unread')).toBe('1')
  })
})

describe('the clock of a soak', () => {
  test('starts when everything is healthy, and again after each degradation', async () => {
    const scene = await open('soak')
    scene.commit({
      '.lockstep.yaml': config('  - { name: prod, cluster: main }\n'),
      'apps/soak/prod/d.yaml': deploymentYaml('soak', 'default'),
    })
    await scene.deploy()
    const since = async (health: 'Healthy' | 'Progressing' | 'Degraded') => {
      await sayOf('soak', health)
      scene.ahead += 60_000
      await scene.look('soak/prod/main')
      return (await scene.status('soak/prod/main'))?.healthySince
    }
    expect((await scene.status('soak/prod/main'))?.healthySince).toBeUndefined()
    const first = await since('Healthy')
    expect(first).toBeDefined()
    expect(await since('Healthy')).toBe(first)
    expect(await since('Degraded')).toBeUndefined()
    const second = await since('Healthy')
    expect(Date.parse(second ?? '')).toBeGreaterThan(Date.parse(first ?? ''))
    expect(await since('Progressing')).toBeUndefined()
    expect(Date.parse((await since('Healthy')) ?? '')).toBeGreaterThan(Date.parse(second ?? ''))
  })
})
