import { beforeAll, describe, expect, test } from '@jest/globals'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { MortalProcess } from '../../support/mortal-process.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { labelledIds, orphans, plantForeignObjects } from '../../support/target-facts.ts'
import { configMapYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const OBJECTS = 200
const plane = useControlPlane()
let scene: ReconcileScene
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev', pruneLimit: OBJECTS })
}, KUSTOMIZE_SETUP_MS)

const names = (prefix: string, from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => `${prefix}-${String(from + index).padStart(3, '0')}`)

/** Commits a ConfigMap of each name, with their namespace. */
function commit(namespace: string, objects: readonly string[], value = 'same'): void {
  const maps = objects.map((name) => configMapYaml(name, namespace, { value }))
  scene.commit(namespace, { 'all.yaml': [namespaceYaml(namespace), ...maps].join('---\n') })
}

const reconcile = async (name: string) => (await reconcileWithReport(scene.ports, scene.request(name))).outcome
const lost = (name: string) => orphans(scene.ports, plane.cluster, scene.target(name))
const live = async (name: string) => (await labelledIds(plane.cluster, scene.target(name))).length

/** A pass by a process that is killed when its `nth` call of that kind is done. Fails where it makes no such call. */
async function dieAfter(name: string, kind: string, nth = 1): Promise<void> {
  let seen = 0
  const process = new MortalProcess((call) => (call.kind === kind && ++seen === nth ? 'after' : undefined))
  const ports = process.ports(scene.ports, plane.cluster)
  const lived = reconcileWithReport(ports, scene.request(name)).then(({ outcome }) => outcome)
  expect(await Promise.race([process.death, lived])).toMatchObject({ kind })
}

/** What has to be so in the end: two passes settle it, and nothing of others was touched. */
async function settled(name: string, objects: number, untouched: () => Promise<string[]>): Promise<void> {
  expect((await reconcile(name)).decision).toMatch(/^(done|nothing)$/)
  expect(await reconcile(name)).toMatchObject({ code: 'IN_SYNC' })
  expect(await live(name)).toBe(objects + 1)
  expect(await lost(name)).toEqual([])
  expect(await untouched()).toEqual([])
}

describe(`a target of ${OBJECTS} objects, whose worker ends`, () => {
  test('after the creation of each object, and again after the deletion of each', async () => {
    const name = 'replaced'
    commit(name, names('old', 1, OBJECTS))
    await reconcile(name)
    const untouched = await plantForeignObjects(plane.cluster, name, scene.target(name))
    for (let k = 1; k <= OBJECTS; k++) {
      commit(name, [...names('new', 1, k), ...names('old', k + 1, OBJECTS)])
      await dieAfter(name, 'apply object')
      expect(await lost(name)).toEqual([])
      await dieAfter(name, 'delete object')
    }
    await settled(name, OBJECTS, untouched)
  }, 300_000)

  test('amid creating, changing and removing all of them', async () => {
    const name = 'at-once'
    commit(name, [])
    await reconcile(name)
    const untouched = await plantForeignObjects(plane.cluster, name, scene.target(name))
    const all = names('object', 1, OBJECTS)
    commit(name, all, 'first')
    for (const nth of [1, 100, OBJECTS]) await dieAfter(name, 'apply object', nth)
    await dieAfter(name, 'apply inventory')
    for (const nth of [1, 50, 100, 150, OBJECTS]) {
      commit(name, all, `changed after ${nth}`)
      await dieAfter(name, 'apply object', nth)
      expect(await lost(name)).toEqual([])
    }
    await dieAfter(name, 'apply inventory')
    await settled(name, OBJECTS, untouched)
    commit(name, all.slice(0, 1), 'last')
    for (const nth of [1, 20, 40, 60]) await dieAfter(name, 'delete object', nth)
    await settled(name, 1, untouched)
  }, 120_000)
})
