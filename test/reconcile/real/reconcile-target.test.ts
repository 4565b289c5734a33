import { beforeAll, describe, expect, test } from '@jest/globals'
import { reconcileWithReport } from '../../../src/reconcile/reconcile-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'

const plane = useControlPlane()
let scene: ReconcileScene
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev', pruneLimit: 2 })
}, KUSTOMIZE_SETUP_MS)

const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`
const configMap = (name: string, where: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${where} }\ndata: { key: ${value} }\n`

describe('a first reconcile', () => {
  test('makes the namespace first and everything in it, labelled', async () => {
    scene.commit('first', { 'ns.yaml': namespace('first'), 'a.yaml': configMap('a', 'first', 'one') })
    const report = await reconcileWithReport(scene.ports, scene.request('first'))
    expect(report.outcome).toMatchObject({ decision: 'done', code: 'RECONCILED' })
    const live = await plane.cluster.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'first', name: 'a' })
    expect(at(live, 'metadata', 'labels', 'lockstep.dev/target')).toMatch(/^[0-9a-f]{16}$/)
    const again = await reconcileWithReport(scene.ports, scene.request('first'))
    expect(again.outcome).toMatchObject({ decision: 'nothing', code: 'IN_SYNC' })
    expect(again.requests).toMatchObject({ patch: 0, dryRun: 0, delete: 0 })
  })
})
