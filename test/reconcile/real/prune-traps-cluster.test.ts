import { beforeAll, describe, expect, test } from '@jest/globals'
import type { ApplyOptions, Cluster } from '../../../src/model/cluster.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { writeInventory } from '../../../src/reconcile/inventory/write-inventory.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { startFaultProxy } from '../../support/fault-proxy.ts'
import { recordsOf } from '../../support/inventories.ts'
import { at, customResourceDefinition } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'
import { PruneTrap, said } from '../../support/prune-trap.ts'
import { useUntouchedObjects } from '../../support/untouched-objects.ts'
import { configMapYaml, deploymentYaml, namespaceYaml } from '../../support/yaml-objects.ts'

// What the cluster shows, or does not show. Every trap has a deletion that must not happen, or not yet.

const plane = useControlPlane()
useUntouchedObjects(plane)
beforeAll(kustomizeForTests, KUSTOMIZE_SETUP_MS)
const by = { fieldManager: 'somebody' }
const DEFINITION = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' }

/** A target with the objects `a` and `b` in place. */
async function settled(...names: string[]): Promise<PruneTrap> {
  const trap = await PruneTrap.set(plane.cluster)
  trap.commit(trap.configMaps('a', 'b', ...names))
  expect((await trap.pass()).outcome.code).toBe('RECONCILED')
  return trap
}

/** Somebody's object in place of ours, with all our labels. */
async function remake(trap: PruneTrap, name: string, options: ApplyOptions = by): Promise<void> {
  const labels = at(await trap.live(name), 'metadata', 'labels') as JsonObject
  await plane.cluster.delete(trap.key(name))
  const metadata = { name, namespace: trap.name, labels }
  await plane.cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { theirs: 'yes' } }, options)
}

describe('whose an object is', () => {
  test.each(['somebody', 'lockstep'])('deleted and made again by %s, labels and all', async (fieldManager) => {
    const trap = await settled()
    await remake(trap, 'b', { fieldManager })
    trap.commit(trap.configMaps('a'))
    expect(said(await trap.pass())).toEqual(['PRUNE_NOT_OURS ConfigMap/b'])
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })

  test('without our label, which somebody took off', async () => {
    const trap = await settled()
    await trap.patch('b', { labels: { 'lockstep.dev/target': null } })
    trap.commit(trap.configMaps('a'))
    expect(said(await trap.pass())).toEqual(['PRUNE_RELEASED ConfigMap/b'])
    expect([trap.deletions, await trap.left(), await trap.tracked()]).toEqual([[], ['a', 'b'], ['a']])
  })

  test('made by a controller that copied our labels from its owner', async () => {
    const trap = await settled()
    const owner = at(await trap.live('b'), 'metadata') as JsonObject
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'b', uid: owner.uid as string }]
    const metadata = { name: 'child', namespace: trap.name, labels: owner.labels as JsonObject, ownerReferences }
    await plane.cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata }, { fieldManager: 'controller' })
    trap.commit(trap.configMaps('a'))
    expect((await trap.pass()).outcome.details).toMatchObject({ deleted: 1 })
    expect([trap.deletions, await trap.left()]).toEqual([['ConfigMap/b'], ['a', 'child']])
  })

  test('made again by somebody between the look and the deletion', async () => {
    const trap = await settled()
    trap.commit(trap.configMaps('a'))
    trap.hooks.delete = async () => remake(trap, 'b')
    expect(said(await trap.pass())).toEqual(['PRUNE_NOT_OURS ConfigMap/b'])
    expect([trap.deletions, await trap.left(), await trap.tracked()]).toEqual([[], ['a', 'b'], ['a', 'b']])
  })

  test('annotated by somebody between the look and the deletion', async () => {
    const trap = await settled()
    trap.commit(trap.configMaps('a'))
    trap.hooks.delete = async () => trap.patch('b', { annotations: { 'lockstep.dev/prune': 'disabled' } })
    expect(said(await trap.pass())).toEqual(['PRUNE_DISABLED ConfigMap/b'])
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })

  test('changed by somebody meanwhile, in what does not matter', async () => {
    const trap = await settled()
    trap.commit(trap.configMaps('a'))
    let changes = 0
    trap.hooks.delete = async () => {
      if (++changes < 3) await trap.patch('b', { annotations: { seen: String(changes) } })
    }
    expect((await trap.pass()).outcome).toMatchObject({ code: 'RECONCILED', details: { deleted: 1 } })
    expect([trap.deletions, await trap.left()]).toEqual([['ConfigMap/b'], ['a']])
  })
})

describe('a deletion that is not done', () => {
  test('waits for a finalizer: it is told, it stays known, and others go on', async () => {
    const trap = await settled('c')
    await trap.patch('b', { finalizers: ['example.dev/hold'] })
    trap.commit(trap.configMaps('a'))
    const report = await trap.pass()
    expect(report.outcome).toMatchObject({ decision: 'waiting', code: 'PRUNE_DELETING', details: { deleted: 1 } })
    expect(report.outcome.message).toMatch(/since \S+ and waits for example\.dev\/hold/)
    expect(await trap.tracked()).toEqual(['a', 'b'])
    expect((await trap.pass()).outcome.code).toBe('PRUNE_DELETING')
    expect(trap.deletions.toSorted()).toEqual(['ConfigMap/b', 'ConfigMap/c'])
    await trap.patch('b', { finalizers: null })
    expect((await trap.pass()).outcome.code).toBe('IN_SYNC')
    expect([trap.deletions.length, await trap.tracked(), await trap.left()]).toEqual([2, ['a'], ['a']])
  })

  test('is refused for one object: it is told, it stays known, and others go on', async () => {
    const trap = await settled('c')
    await forbidDeletion(trap, 'b')
    trap.commit(trap.configMaps('a'))
    const report = await trap.pass()
    expect(report.outcome).toMatchObject({
      decision: 'failed',
      code: 'PRUNE_FAILED',
      details: { deleted: 1, failed: 1 },
    })
    expect(said(report)).toEqual(['PRUNE_FAILED ConfigMap/b'])
    expect([trap.deletions, await trap.left(), await trap.tracked()]).toEqual([['ConfigMap/c'], ['a', 'b'], ['a', 'b']])
  })

  test('ends with the process: the next pass goes on where it stopped', async () => {
    const trap = await settled()
    trap.commit(trap.configMaps('a'))
    trap.hooks.delete = async () => {
      throw new Error('the process ends here')
    }
    await expect(trap.pass()).rejects.toThrow('the process ends here')
    expect([trap.deletions, await trap.left(), await trap.tracked()]).toEqual([[], ['a', 'b'], ['a', 'b']])
    trap.hooks.delete = async () => {}
    expect((await trap.pass()).outcome.details).toMatchObject({ deleted: 1 })
    expect([trap.deletions, await trap.left()]).toEqual([['ConfigMap/b'], ['a']])
  })

  test('does not begin while what is new is not healthy, however the clock jumps', async () => {
    const trap = await settled()
    trap.commit({ ...trap.configMaps('a'), 'web.yaml': deploymentYaml('web', trap.name) })
    let day = 0
    const { clock } = trap.scene.ports
    const jumping = { ...clock, now: () => new Date(Date.now() + (day++ % 2 ? -86_400_000 : 86_400_000)) }
    const report = await trap.pass(trap.name, { clock: jumping })
    expect(said(report)).toContain('PRUNE_AFTER_HEALTH ConfigMap/b')
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })
})

describe('objects that hold others', () => {
  const volume = (name: string) => `apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], hostPath: { path: /none } }
`
  const claim = (name: string) => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: ${name} }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`

  test('stay without a word about them: namespaces, definitions, volumes and claims', async () => {
    const trap = await settled()
    trap.commit({
      ...trap.configMaps('a'),
      'n.yaml': namespaceYaml(`${trap.name}-own`),
      'crd.yaml': JSON.stringify(customResourceDefinition('Gadget')),
      'pv.yaml': volume(trap.name),
      'pvc.yaml': claim(trap.name),
    })
    await trap.pass()
    trap.commit(trap.configMaps('a'))
    const report = await trap.pass()
    expect(said(report)).toEqual([
      'PRUNE_PROTECTED CustomResourceDefinition/gadgets.example.dev',
      `PRUNE_PROTECTED Namespace/${trap.name}-own`,
      `PRUNE_PROTECTED PersistentVolume/${trap.name}`,
      'PRUNE_PROTECTED PersistentVolumeClaim/data',
    ])
    expect(trap.deletions).toEqual(['ConfigMap/b'])
  })

  test('a namespace that may go, while objects of others live in it', async () => {
    const trap = await settled()
    const own = `${trap.name}-own`
    const allowed = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${own}, annotations: { lockstep.dev/prune: allowed } }\n`
    trap.commit({ ...trap.configMaps('a'), 'n.yaml': allowed, 'o.yaml': configMapYaml('ours', own, { key: '1' }) })
    await trap.pass()
    const theirs = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'theirs', namespace: own } }
    await plane.cluster.apply(theirs, by)
    trap.commit(trap.configMaps('a'))
    const report = await trap.pass()
    expect(said(report)).toEqual([`PRUNE_IN_USE Namespace/${own}`])
    expect(report.problems[0]?.message).toContain('Secret/theirs')
    expect(trap.deletions).toEqual(['ConfigMap/b', 'ConfigMap/ours'])
    await plane.cluster.delete({ group: '', version: 'v1', kind: 'Secret', namespace: own, name: 'theirs' })
    await trap.pass()
    expect(trap.deletions).toEqual(['ConfigMap/b', 'ConfigMap/ours', `Namespace/${own}`])
  })

  test('a definition that may go, while others use it; then ours go before it', async () => {
    const trap = await settled()
    const definition = customResourceDefinition('Sprocket')
    const metadata = { ...(definition.metadata as JsonObject), annotations: { 'lockstep.dev/prune': 'allowed' } }
    const sprocket = (name: string) => ({
      apiVersion: 'example.dev/v1',
      kind: 'Sprocket',
      metadata: { name, namespace: trap.name },
    })
    trap.commit({
      ...trap.configMaps('a'),
      'crd.yaml': JSON.stringify({ ...definition, metadata }),
      's.yaml': JSON.stringify(sprocket('ours')),
    })
    await trap.pass()
    await plane.cluster.apply(sprocket('theirs'), by)
    trap.commit(trap.configMaps('a'))
    expect(said(await trap.pass())).toEqual(['PRUNE_IN_USE CustomResourceDefinition/sprockets.example.dev'])
    expect(trap.deletions.toSorted()).toEqual(['ConfigMap/b', 'Sprocket/ours'])
    const key = { group: 'example.dev', version: 'v1', kind: 'Sprocket', namespace: trap.name, name: 'theirs' }
    await plane.cluster.delete(key)
    await trap.pass()
    expect(trap.deletions.at(-1)).toBe('CustomResourceDefinition/sprockets.example.dev')
  })

  test('a controller stays while custom resources still wait for it', async () => {
    const trap = await settled()
    await plane.cluster.apply(customResourceDefinition('Cog'), by)
    await served({ group: 'example.dev', version: 'v1', kind: 'Cog', name: 'cog' })
    const cog = { apiVersion: 'example.dev/v1', kind: 'Cog', metadata: { name: 'cog', namespace: trap.name } }
    const held = { ...cog, metadata: { ...cog.metadata, finalizers: ['cog.example.dev/clean'] } }
    trap.commit({ ...trap.configMaps('a', 'b'), 'cog.yaml': JSON.stringify(held) })
    await trap.pass()
    trap.commit(trap.configMaps('a'))
    const report = await trap.pass()
    expect(said(report)).toEqual(['PRUNE_DELETING Cog/cog', 'PRUNE_WAITS ConfigMap/b'])
    expect([trap.deletions, await trap.left()]).toEqual([['Cog/cog'], ['a', 'b']])
    expect(said(await trap.pass())).toEqual(['PRUNE_DELETING Cog/cog', 'PRUNE_WAITS ConfigMap/b'])
    const key = { group: 'example.dev', version: 'v1', kind: 'Cog', namespace: trap.name, name: 'cog' }
    await plane.cluster.patch(key, { metadata: { finalizers: null } }, by)
    expect((await trap.pass()).outcome.code).toBe('RECONCILED')
    expect([trap.deletions, await trap.tracked()]).toEqual([['Cog/cog', 'ConfigMap/b'], ['a']])
  })
})

describe('what cannot be seen', () => {
  test('a kind that may not be listed: nothing of it is taken for gone', async () => {
    const trap = await settled()
    const proxy = await startFaultProxy(plane.local.kubeconfig)
    try {
      const cluster = await plane.open({ kubeconfig: proxy.kubeconfig })
      trap.commit({ ...trap.configMaps('a'), 'n.yaml': namespaceYaml(`${trap.name}-more`) })
      const body = JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message: 'no' })
      proxy.inject(/GET .*\/configmaps\?.*labelSelector=lockstep.dev%2Ftarget/, { answer: { status: 403, body } }, 99)
      const { outcome } = await trap.pass(trap.name, { cluster: async () => cluster })
      expect(outcome).toMatchObject({ decision: 'refused', code: 'APPLY_FORBIDDEN' })
    } finally {
      await proxy.close()
    }
    expect([trap.deletions, await trap.left(), await trap.tracked()]).toEqual([[], ['a', 'b'], ['a', 'b']])
  })

  test('an aggregated API that does not answer, or was taken out: nothing of it is forgotten', async () => {
    const trap = await settled()
    const key = { group: 'agg.example.dev', version: 'v1', kind: 'Thing', namespace: trap.name, name: 'thing' }
    await remember(trap, key)
    const service = await aggregated('agg.example.dev')
    trap.commit(trap.configMaps('a'))
    expect((await trap.pass()).outcome).toMatchObject({ decision: 'failed', code: 'APPLY_UNAVAILABLE' })
    expect([trap.deletions, await trap.tracked()]).toEqual([[], ['a', 'b', 'thing']])
    await plane.cluster.delete(service)
  }, 60_000)

  test('a kind that is served in another version now: it is looked for there', async () => {
    const { trap, key } = await withCustom('Flywheel')
    const before = await trap.inventory()
    const records = [...before.records.values()].map((record) =>
      record.key.kind === key.kind ? { ...record, key: { ...key, version: 'v1beta1' } } : record,
    )
    await writeInventory(await trap.session(), { ...before, records: recordsOf(records) }, before)
    trap.commit(trap.configMaps('a', 'b'))
    expect((await trap.pass()).outcome.details).toMatchObject({ deleted: 1 })
    expect([trap.deletions, await trap.tracked()]).toEqual([['Flywheel/it'], ['a', 'b']])
  })

  test('a kind whose definition is there and not served', async () => {
    const { trap, key, definition } = await withCustom('Winch')
    const [version] = at(definition, 'spec', 'versions') as [JsonObject]
    const spec = { ...(definition.spec as JsonObject), versions: [{ ...version, served: false }] }
    await plane.cluster.apply({ ...definition, spec }, by)
    const cluster = await unserved(key)
    trap.commit(trap.configMaps('a', 'b'))
    const report = await trap.pass(trap.name, { cluster: async () => cluster })
    expect(said(report)).toEqual(['PRUNE_KIND_UNKNOWN Winch/it'])
    expect([trap.deletions, await trap.tracked()]).toEqual([[], ['a', 'b', 'it']])
  })

  test('a kind whose definition is gone: its objects went with it, and are forgotten', async () => {
    const { trap, key } = await withCustom('Pulley')
    await plane.cluster.delete({ ...DEFINITION, name: 'pulleys.example.dev' })
    const cluster = async () => gone
    const gone = await unserved(key)
    expect((await trap.pass(trap.name, { cluster })).outcome.code).toBe('KIND_UNKNOWN')
    trap.commit(trap.configMaps('a', 'b'))
    expect((await trap.pass(trap.name, { cluster })).outcome.code).toBe('IN_SYNC')
    expect([trap.deletions, await trap.tracked()]).toEqual([[], ['a', 'b']])
  })
})

/** `a`, `b` and `it`, an object of a kind that somebody else defined. */
async function withCustom(kind: string) {
  const definition = customResourceDefinition(kind)
  await plane.cluster.apply(definition, by)
  const trap = await PruneTrap.set(plane.cluster)
  const key = { group: 'example.dev', version: 'v1', kind, namespace: trap.name, name: 'it' }
  await served(key)
  const body = { apiVersion: 'example.dev/v1', kind, metadata: { name: 'it', namespace: trap.name } }
  trap.commit({ ...trap.configMaps('a', 'b'), 'it.yaml': JSON.stringify(body) })
  expect((await trap.pass()).outcome.code).toBe('RECONCILED')
  return { trap, key, definition }
}

async function served(key: ResourceKey): Promise<void> {
  for (let tries = 0; tries < 100 && !(await plane.cluster.scope(key)); tries++) await pause()
}

/** A cluster that knows nothing of it any more. */
async function unserved(key: ResourceKey): Promise<Cluster> {
  for (;;) {
    const fresh = await plane.open()
    if (!(await fresh.scope(key))) return fresh
    await pause()
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 100))

/** As if the target had applied it. */
async function remember(trap: PruneTrap, key: ResourceKey): Promise<void> {
  const before = await trap.inventory()
  const more = recordsOf([{ key, uid: 'a-uid', renderHash: 'h', appliedHash: 'h' }])
  await writeInventory(await trap.session(), { ...before, records: new Map([...before.records, ...more]) }, before)
}

/** An API group whose server does not answer. */
async function aggregated(group: string): Promise<ResourceKey> {
  const name = `v1.${group}`
  const kind = { group: 'apiregistration.k8s.io', version: 'v1', kind: 'APIService' }
  const spec = {
    group,
    version: 'v1',
    groupPriorityMinimum: 1000,
    versionPriority: 15,
    insecureSkipTLSVerify: true,
    service: { name: 'nobody', namespace: 'default' },
  }
  await plane.cluster.apply(
    { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name }, spec },
    by,
  )
  for (let tries = 0; tries < 100; tries++) {
    const fresh = await plane.open()
    const answer = await fresh.scope({ group, version: 'v1', kind: 'Thing' }).catch(() => 'down')
    if (answer === 'down') break
    await pause()
  }
  return { ...kind, name }
}

async function forbidDeletion(trap: PruneTrap, name: string): Promise<void> {
  const api = { apiVersion: 'admissionregistration.k8s.io/v1' }
  const policy = {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['configmaps'] }],
    },
    validations: [
      { expression: `request.name != '${name}' || request.namespace != '${trap.name}'`, message: 'it is needed' },
    ],
  }
  const metadata = { name: trap.name }
  await plane.cluster.apply({ ...api, kind: 'ValidatingAdmissionPolicy', metadata, spec: policy }, by)
  const spec = { policyName: trap.name, validationActions: ['Deny'] }
  await plane.cluster.apply({ ...api, kind: 'ValidatingAdmissionPolicyBinding', metadata, spec }, by)
  for (let tries = 0; tries < 100; tries++) {
    if (
      await plane.cluster.delete(trap.key(name), { dryRun: true }).then(
        () => false,
        () => true,
      )
    )
      return
    await pause()
  }
}
