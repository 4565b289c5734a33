import { beforeAll, describe, expect, test } from '@jest/globals'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, deploymentYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane({ controllers: true })
let patient: ReconcileScene
let hasty: ReconcileScene
beforeAll(async () => {
  const cluster = () => plane.cluster
  patient = await ReconcileScene.open({ cluster, environment: 'dev', settings: { healthDeadlineMs: 20_000 } })
  hasty = await ReconcileScene.open({ cluster, environment: 'prod', settings: { healthDeadlineMs: 1_500 } })
}, KUSTOMIZE_SETUP_MS)

const files = (application: string, image: string, more: Record<string, string> = {}) => ({
  'n.yaml': namespaceYaml(application),
  'web.yaml': deploymentYaml('web', application, { image }),
  ...more,
})
const status = async (scene: ReconcileScene, application: string) =>
  (await scene.board.list('acme/shop')).find(({ target }) => target.application === application)

describe('health with running controllers', () => {
  test('a pass ends when the rollout did; the time since counts again for each new render', async () => {
    patient.commit('rolls', files('rolls', 'registry.example/web:1'))
    const first = await reconcileWithReport(patient.ports, patient.request('rolls'))
    expect(first).toMatchObject({ outcome: { code: 'RECONCILED' }, health: 'Healthy' })
    const before = await status(patient, 'rolls')
    expect((await reconcileWithReport(patient.ports, patient.request('rolls'))).outcome.code).toBe('IN_SYNC')
    expect((await status(patient, 'rolls'))?.healthySince).toBe(before?.healthySince)
    patient.commit('rolls', files('rolls', 'registry.example/web:2'))
    await reconcileWithReport(patient.ports, patient.request('rolls'))
    const after = await status(patient, 'rolls')
    expect(Date.parse(after?.healthySince ?? '')).toBeGreaterThan(Date.parse(before?.healthySince ?? ''))
    expect(after?.renderDigest).not.toBe(before?.renderDigest)
  })

  test('an image that never comes up: applied, not healthy, named, and nothing is pruned meanwhile', async () => {
    const extra = { 'old.yaml': configMapYaml('old', 'stuck', { a: 'b' }) }
    hasty.commit('stuck', files('stuck', 'registry.example/web:1', extra))
    await reconcileWithReport({ ...hasty.ports, settings: { healthDeadlineMs: 20_000 } }, hasty.request('stuck'))
    hasty.commit('stuck', files('stuck', 'registry.example/web:2-broken'))
    const report = await reconcileWithReport(hasty.ports, hasty.request('stuck'))
    expect(report.outcome).toMatchObject({ decision: 'waiting', code: 'HEALTH_WAITS' })
    expect(report.problems).toMatchObject([{ code: 'OBJECT_PROGRESSING', object: 'Deployment/web' }])
    const seen = await status(hasty, 'stuck')
    expect(seen).toMatchObject({ health: 'Progressing', sync: 'OutOfSync' })
    expect(seen?.healthySince).toBeUndefined()
    const old = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'stuck', name: 'old' }
    expect(await plane.cluster.get(old)).toBeDefined()
    hasty.commit('stuck', files('stuck', 'registry.example/web:3'))
    const mended = { ...hasty.ports, settings: { healthDeadlineMs: 20_000 } }
    const last = await reconcileWithReport(mended, hasty.request('stuck'))
    expect(last.outcome).toMatchObject({ code: 'RECONCILED', details: { deleted: 1 } })
    expect(await plane.cluster.get(old)).toBeUndefined()
  })

  test('a newer commit ends the wait for an older one', async () => {
    patient.commit('newer', files('newer', 'registry.example/web:1-broken'))
    const running = reconcileWithReport(patient.ports, patient.request('newer'))
    setTimeout(() => patient.commit('newer', files('newer', 'registry.example/web:2')), 1_000)
    expect((await running).outcome.code).toBe('SUPERSEDED')
    expect(patient.jobs.at(-1)?.job).toMatchObject({ kind: 'reconcile', target: { application: 'newer' } })
    expect((await reconcileWithReport(patient.ports, patient.request('newer'))).outcome.code).toBe('RECONCILED')
  })

  test('a rollout past its own deadline is Degraded at once', async () => {
    const image = 'registry.example/web:1-broken'
    const text = deploymentYaml('web', 'late', { image }).replace('spec:\n', 'spec:\n  progressDeadlineSeconds: 1\n')
    patient.commit('late', { 'n.yaml': namespaceYaml('late'), 'web.yaml': text })
    const report = await reconcileWithReport(patient.ports, patient.request('late'))
    expect(report).toMatchObject({ outcome: { code: 'HEALTH_FAILED' }, health: 'Degraded' })
    expect(await status(patient, 'late')).toMatchObject({ problems: [{ code: 'OBJECT_DEGRADED' }] })
  })
})
