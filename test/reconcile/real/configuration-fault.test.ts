import { describe, expect, test } from '@jest/globals'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { textAt } from '../../../src/reconcile/live/live-object.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { TargetsScene } from '../../support/targets-scene.ts'
import { configMapYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
const value = (name: string, v: string) => configMapYaml(name, 'default', { v })
const key = (name: string): ResourceKey => ({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace: 'default',
  name,
})
const dataOf = async (name: string) => textAt(await plane.cluster.get(key(name)), 'data', 'v')
const change = (name: string, v: string) =>
  plane.cluster.patch(key(name), { data: { v } }, { fieldManager: 'kubectl-edit' })
const CONFIG = 'version: 1\noverlays: apps/{app}/{environment}\nenvironments:\n  - { name: prod, cluster: main }\n'

/** Two targets deployed from a sound configuration; they and their ConfigMaps are named after the scene. */
async function deployed(name: string, more = ''): Promise<{ scene: TargetsScene; revision: string }> {
  const scene = await TargetsScene.open(() => plane.cluster, name, ['main'])
  const revision = scene.commit({
    '.lockstep.yaml': `${CONFIG}${more}`,
    [`apps/${name}-web/prod/c.yaml`]: value(`${name}-web`, '1'),
    [`apps/${name}-api/prod/c.yaml`]: value(`${name}-api`, '1'),
  })
  await scene.deploy()
  return { scene, revision }
}
const faultOf = async (scene: TargetsScene, name: string) => (await scene.status(name))?.configurationFault
const fault = (code: string, line: number) => ({
  since: expect.any(String),
  problems: [expect.objectContaining({ code, file: '.lockstep.yaml', line })],
})

describe('while the newest commit has a configuration that cannot be read', () => {
  test(
    'every target tells it beside what it holds, from one push to the one that mends it',
    async () => {
      const { scene, revision } = await deployed('told')
      scene.commit({ '.lockstep.yaml': `${CONFIG}drift: [\n`, 'apps/told-web/prod/c.yaml': value('told-web', '2') })
      expect(await scene.dispatch()).toMatchObject({ decision: 'refused', code: 'CONFIG_SYNTAX' })
      for (const name of ['told-web/prod/main', 'told-api/prod/main']) {
        expect(await scene.status(name)).toMatchObject({
          revision,
          sync: 'Synced',
          health: 'Healthy',
          problems: [],
          configurationFault: fault('CONFIG_SYNTAX', 6),
        })
      }
      const first = await faultOf(scene, 'told-web/prod/main')
      scene.ahead += 60_000
      scene.commit({ 'README.md': 'more\n' })
      await scene.deploy()
      expect(await faultOf(scene, 'told-web/prod/main')).toEqual(first)
      expect(await dataOf('told-web')).toBe('1')

      const mended = scene.commit({ '.lockstep.yaml': CONFIG })
      await scene.deploy()
      expect(await faultOf(scene, 'told-web/prod/main')).toBeUndefined()
      expect(await faultOf(scene, 'told-api/prod/main')).toBeUndefined()
      expect(await dataOf('told-web')).toBe('2')
      expect(await scene.status('told-web/prod/main')).toMatchObject({ revision: mended, sync: 'Synced' })
    },
    KUSTOMIZE_SETUP_MS,
  )

  test('drift is put back as Git said before, nothing new is applied, and nothing that left Git is removed', async () => {
    const { scene, revision } = await deployed('held', 'removal: delete\norder: { held-web: [held-api] }\n')
    scene.commit({ 'apps/held-api/prod/c.yaml': null, 'apps/held-web/prod/c.yaml': value('held-web', '2') })
    expect(await scene.dispatch()).toMatchObject({ decision: 'refused', code: 'CONFIG_UNKNOWN_APPLICATION' })
    expect(await faultOf(scene, 'held-api/prod/main')).toMatchObject(fault('CONFIG_UNKNOWN_APPLICATION', 6))
    await change('held-web', 'drifted')
    await change('held-api', 'drifted')
    for (const name of ['held-web/prod/main', 'held-api/prod/main']) await scene.look(name)
    expect(await scene.status('held-web/prod/main')).toMatchObject({ drift: [{ desired: '1', live: 'drifted' }] })
    await scene.dispatch()
    expect(await scene.work()).toMatchObject({
      'held-web/prod/main': { decision: 'refused', code: 'CONFIGURATION_WAITS' },
      'held-api/prod/main': { decision: 'refused', code: 'CONFIGURATION_WAITS' },
    })
    expect([await dataOf('held-web'), await dataOf('held-api')]).toEqual(['1', '1'])
    expect(await scene.status('held-web/prod/main')).toMatchObject({
      revision,
      sync: 'Synced',
      drift: [],
      problems: [],
    })

    scene.commit({ '.lockstep.yaml': `${CONFIG}removal: delete\n` })
    await scene.deploy()
    expect([await dataOf('held-web'), await dataOf('held-api')]).toEqual(['2', undefined])
    const status = await scene.status('held-web/prod/main')
    expect([status?.configurationFault, status?.waitingFor]).toEqual([undefined, undefined])
  })
})
