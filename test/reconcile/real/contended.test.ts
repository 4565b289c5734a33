import { beforeAll, describe, expect, test } from '@jest/globals'
import { observeDrift } from '../../../src/reconcile/drift/observe-drift.ts'
import { HealMemory } from '../../../src/reconcile/heal/heal-memory.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import type { ReconcilePorts } from '../../../src/reconcile/ports.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, deploymentYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
let scene: ReconcileScene
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'staging' })
}, KUSTOMIZE_SETUP_MS)

const web = (namespace: string) => ({ group: 'apps', version: 'v1', kind: 'Deployment', namespace, name: 'web' })
const replicas = async (namespace: string) => at(await plane.cluster.get(web(namespace)), 'spec', 'replicas')
const scale = (namespace: string, count: number) =>
  plane.cluster.patch(web(namespace), { spec: { replicas: count } }, { fieldManager: 'a-script' })

/** One worker's memory, and a clock that only moves when told. */
function worker() {
  let now = Date.parse('2026-11-21T10:00:00Z')
  const clock = { ...scene.ports.clock, now: () => new Date(now) }
  const ports: ReconcilePorts = { ...scene.ports, clock, heals: new HealMemory() }
  const wait = (milliseconds: number) => {
    now += milliseconds
  }
  return { ports, wait }
}

async function deploy(application: string, ports: ReconcilePorts): Promise<void> {
  const files = {
    'n.yaml': namespaceYaml(application),
    'web.yaml': deploymentYaml('web', application),
    'c.yaml': configMapYaml('c', application, { a: 'b' }),
  }
  scene.commit(application, files)
  await reconcileWithReport(ports, scene.request(application))
}

describe('another writer that changes a field back again and again', () => {
  test('meets longer and longer waits, then nobody: it is named, and the gates are told', async () => {
    const { ports, wait } = worker()
    await deploy('fight', ports)
    const flip = async (count: number) => {
      await scale('fight', count)
      return reconcileWithReport(ports, scene.request('fight'))
    }
    expect((await flip(5)).outcome.code).not.toBe('DRIFT_WAITS')
    expect(await replicas('fight')).toBe(2)
    expect((await flip(6)).outcome).toMatchObject({ code: 'DRIFT_WAITS', details: { againInMs: 2_000 } })
    expect(await replicas('fight')).toBe(6)
    wait(2_000)
    await reconcileWithReport(ports, scene.request('fight'))
    expect(await replicas('fight')).toBe(2)
    wait(60_000)
    const third = await flip(7)
    expect(third.outcome).toMatchObject({ decision: 'waiting', code: 'DRIFT_CONTENDED' })
    expect(third.outcome.message).toContain('a-script .spec.replicas of Deployment/web')
    expect(third.drift).toMatchObject([{ path: '.spec.replicas', manager: 'a-script', contended: true }])
    expect(await replicas('fight')).toBe(7)
    const { status: seen } = await observeDrift(ports, scene.request('fight'))
    expect(seen.drift).toMatchObject([{ path: '.spec.replicas', contended: true }])
  })

  test('does not keep other objects of the target from being put back', async () => {
    const { ports, wait } = worker()
    await deploy('beside', ports)
    for (const count of [5, 6, 7]) {
      await scale('beside', count)
      await reconcileWithReport(ports, scene.request('beside'))
      wait(20_000)
    }
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'beside', name: 'c' }
    await plane.cluster.patch(key, { data: { a: 'other' } }, { fieldManager: 'kubectl-edit' })
    await reconcileWithReport(ports, scene.request('beside'))
    expect(at(await plane.cluster.get(key), 'data', 'a')).toBe('b')
    expect(await replicas('beside')).toBe(7)
  })

  test('is overruled by a person who asks, who gets a new start', async () => {
    const { ports, wait } = worker()
    await deploy('asked', ports)
    for (const count of [5, 6, 7]) {
      await scale('asked', count)
      await reconcileWithReport(ports, scene.request('asked'))
      wait(20_000)
    }
    expect(await replicas('asked')).toBe(7)
    await reconcileWithReport(ports, scene.request('asked', true))
    expect(await replicas('asked')).toBe(2)
    wait(20_000)
    await scale('asked', 8)
    await reconcileWithReport(ports, scene.request('asked'))
    expect(await replicas('asked')).toBe(2)
  })
})
