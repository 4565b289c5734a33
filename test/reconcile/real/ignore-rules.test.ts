import { beforeAll, describe, expect, test } from '@jest/globals'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { deploymentYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const RULES = `ignore:
  - kind: Deployment.apps
    name: web
    pointers: [/spec/replicas, /spec/template/spec/containers/*/env, /metadata/annotations/example.com~1note]
  - managers: [sidecar-injector]
people: [night-shift]
`

const plane = useControlPlane()
let scene: ReconcileScene
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'staging', drift: RULES })
}, KUSTOMIZE_SETUP_MS)

const key = (namespace: string): ResourceKey => {
  return { group: 'apps', version: 'v1', kind: 'Deployment', namespace, name: 'web' }
}
const live = (namespace: string) => plane.cluster.get(key(namespace))
const files = (namespace: string, image = 'registry.example/web:1') => {
  return { 'n.yaml': namespaceYaml(namespace), 'web.yaml': deploymentYaml('web', namespace, { image, replicas: 2 }) }
}
const reconcile = (application: string) => reconcileWithReport(scene.ports, scene.request(application))

async function deploy(application: string): Promise<void> {
  scene.commit(application, files(application))
  await reconcile(application)
}

async function write(namespace: string, spec: object, fieldManager: string, metadata: object = {}): Promise<void> {
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace, ...metadata }, spec }
  await plane.cluster.apply(body as never, { fieldManager, force: true })
}

describe('fields that the configuration leaves to others', () => {
  test('are no drift, stay as they were written, and cost nothing afterwards', async () => {
    await deploy('left')
    const containers = [{ name: 'web', env: [{ name: 'DEBUG', value: '1' }] }]
    const annotations = { 'example.com/note': 'mine' }
    await write('left', { replicas: 7, template: { spec: { containers } } }, 'kubectl', { annotations })
    const first = await reconcile('left')
    expect(first.drift).toEqual([])
    const second = await reconcile('left')
    expect(second.requests).toMatchObject({ patch: 0, dryRun: 0, inventory: 0 })
    expect(at(await live('left'), 'spec', 'replicas')).toBe(7)
    expect(at(await live('left'), 'metadata', 'annotations', 'example.com/note')).toBe('mine')
    expect(JSON.stringify(await live('left'))).toContain('DEBUG')
  })

  test('stay as they were written when Git changes something else of the object', async () => {
    await deploy('moving')
    await write('moving', { replicas: 7 }, 'kubectl')
    scene.commit('moving', files('moving', 'registry.example/web:2'))
    const report = await reconcile('moving')
    expect(report).toMatchObject({ drift: [], outcome: { code: 'HEALTH_WAITS' } })
    expect(at(await live('moving'), 'spec', 'replicas')).toBe(7)
    expect(JSON.stringify(await live('moving'))).toContain('registry.example/web:2')
  })

  test('are told by their writer as well', async () => {
    await deploy('injected')
    const image = { template: { spec: { containers: [{ name: 'web', image: 'registry.example/other' }] } } }
    await write('injected', image, 'sidecar-injector')
    expect((await reconcile('injected')).drift).toEqual([])
    expect(JSON.stringify(await live('injected'))).toContain('registry.example/other')
  })

  test('are no others: what no rule names is healed', async () => {
    await deploy('strict')
    const image = { template: { spec: { containers: [{ name: 'web', image: 'registry.example/other' }] } } }
    await write('strict', { replicas: 7, ...image }, 'kubectl')
    const { drift } = await reconcile('strict')
    expect(drift).toMatchObject([{ path: '.spec.template.spec.containers[name="web"].image' }])
    expect(at(await live('strict'), 'spec', 'replicas')).toBe(7)
    expect(JSON.stringify(await live('strict'))).not.toContain('registry.example/other')
  })
})

test("a team's own script counts as a person where the configuration says so", async () => {
  await deploy('script')
  await write('script', { paused: true }, 'night-shift')
  const { drift } = await reconcile('script')
  expect(drift).toMatchObject([{ path: '.spec.paused', manager: 'night-shift' }])
  expect(at(await live('script'), 'spec', 'paused')).toBeUndefined()
})
