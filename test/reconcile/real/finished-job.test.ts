import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { watchCluster } from '../../../src/reconcile/watch/watch-targets.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { REPOSITORY, ReconcileScene } from '../../support/reconcile-scene.ts'
import { namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
let scene: ReconcileScene
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev' })
}, KUSTOMIZE_SETUP_MS)

const KEY = { group: 'batch', version: 'v1', kind: 'Job', namespace: 'jobs', name: 'migrate' }
const job = (image: string, ttl: string) => `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: jobs }
spec:
  ${ttl}
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: migrate, image: ${image} }]
`
const commit = (image: string, ttl = 'ttlSecondsAfterFinished: 60') =>
  scene.commit('jobs', { 'n.yaml': namespaceYaml('jobs'), 'job.yaml': job(image, ttl) })
const reconcile = () => reconcileWithReport(scene.ports, scene.request('jobs'))

test('a Job that is removed once it has finished is not run again, and its target is healthy', async () => {
  commit('registry.example/migrate:1')
  await reconcile()
  await plane.cluster.delete(KEY)
  const after = await reconcile()
  expect(after).toMatchObject({ drift: [], health: 'Healthy', requests: { patch: 0, dryRun: 0, delete: 0 } })
  expect(await plane.cluster.get(KEY)).toBeUndefined()
})

test('a new version of it runs, and one without a time to live is missed', async () => {
  commit('registry.example/migrate:2')
  await reconcile()
  expect(JSON.stringify(await plane.cluster.get(KEY))).toContain('migrate:2')
  await plane.cluster.delete(KEY)
  commit('registry.example/migrate:3', 'backoffLimit: 2')
  await reconcile()
  await plane.cluster.delete(KEY)
  expect((await reconcile()).drift).toMatchObject([{ object: 'Job/migrate', live: 'missing' }])
  expect(await plane.cluster.get(KEY)).toBeDefined()
})

describe('while a watcher looks on, a Job with a time to live', () => {
  const inSync = async () => (await status())?.sync === 'Synced' && (await status())
  const status = async () => (await scene.board.list('acme/shop'))[0]
  let stop = new AbortController()
  let running: Promise<void> = Promise.resolve()
  const watch = () => {
    stop = new AbortController()
    const targets = async () => [{ repository: REPOSITORY, target: scene.target('jobs') }]
    const ports = { ...scene.ports, settings: { ...scene.ports.settings, heartbeatMs: 500 } }
    running = watchCluster(ports, { cluster: 'any', targets, signal: stop.signal })
  }
  const end = async () => {
    stop.abort()
    await running
  }
  afterEach(end)
  const begin = async (version: number) => {
    await plane.cluster.delete(KEY)
    commit(`registry.example/migrate:${version}`)
    await reconcile()
    const before = (await status())?.observedAt ?? ''
    watch()
    await eventually(async () => ((await status())?.observedAt ?? '') > before && inSync())
    scene.jobs.length = 0
  }
  /** What its controller says of one that has run. */
  const finish = () => {
    const time = new Date().toISOString().replace(/\.\d+/, '')
    const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: time,
    }))
    const done = { startTime: time, completionTime: time, succeeded: 1, uncountedTerminatedPods: {}, conditions }
    return plane.cluster.patch(KEY, { status: done }, { fieldManager: 'controller', subresource: 'status' })
  }

  test.each([
    ['deleted', 'Background'],
    ['deleted after its Pods', 'Foreground'],
  ] as const)('that is %s before it has finished is missed, and made again', async (_, propagation) => {
    await begin(propagation === 'Background' ? 11 : 12)
    await plane.cluster.delete(KEY, { propagation })
    if (propagation === 'Foreground')
      await plane.cluster.patch(KEY, { metadata: { finalizers: null } }, { fieldManager: 'gc' })
    const seen = await eventually(async () => ((await status())?.drift.length ?? 0) > 0 && status())
    expect(seen).toMatchObject({ sync: 'OutOfSync', drift: [{ object: 'Job/migrate', live: 'missing' }] })
    await eventually(() => scene.jobs.some(({ job }) => job.kind === 'reconcile'))
    await end()
    expect((await reconcile()).drift).toMatchObject([{ live: 'missing' }])
    const uid = at(await plane.cluster.get(KEY), 'metadata', 'uid')
    expect(uid).toBeDefined()
    await plane.cluster.delete(KEY)
    expect(await reconcile()).toMatchObject({ drift: [], requests: { patch: 0 } })
  })

  test('that is removed once it has finished is not missed', async () => {
    await begin(13)
    await finish()
    await eventually(async () => (await status())?.health === 'Healthy')
    await plane.cluster.delete(KEY, { propagation: 'Foreground' })
    await plane.cluster.patch(KEY, { metadata: { finalizers: null } }, { fieldManager: 'gc' })
    await eventually(async () => (await plane.cluster.get(KEY)) === undefined)
    const after = new Date().toISOString()
    await eventually(async () => ((await status())?.observedAt ?? '') > after)
    expect(await status()).toMatchObject({ sync: 'Synced', health: 'Healthy', drift: [] })
    await end()
    expect(await reconcile()).toMatchObject({ drift: [], requests: { patch: 0 } })
  })
})
