import { beforeAll, expect, test } from '@jest/globals'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
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
