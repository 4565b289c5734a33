import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ResourceKey } from '../../src/model/resource-key.ts'
import { textAt } from '../../src/reconcile/live/live-object.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/eventually.ts'
import { type OperatedWorker, openWorker } from '../support/operated-worker.ts'

const plane = useControlPlane()
const CONFIG = 'version: 1\noverlays: apps/{app}/{environment}\nenvironments:\n  - { name: prod, cluster: main }\n'
const OBJECT = 'apps/shop/prod/settings.yaml'
const settings = (mode: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\ndata: { mode: ${mode} }\n`
const key: ResourceKey = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' }
const mode = async () => textAt(await plane.cluster.get(key), 'data', 'mode')
const drift = (to: string) => plane.cluster.patch(key, { data: { mode: to } }, { fieldManager: 'kubectl-edit' })

let operated: OperatedWorker
beforeAll(async () => {
  const kustomization = 'resources: [settings.yaml]\n'
  const files = {
    '.lockstep.yaml': CONFIG,
    'apps/shop/prod/kustomization.yaml': kustomization,
    [OBJECT]: settings('one'),
  }
  operated = await openWorker(files, [{ name: 'main', kubeconfig: plane.local.kubeconfig }])
})
afterAll(() => operated?.close())

const prod = () => operated.status('prod')
const sees = (what: string, fits: (status: NonNullable<Awaited<ReturnType<typeof prod>>>) => boolean) =>
  eventually(
    async () => {
      const status = await prod()
      return status && fits(status) ? status : undefined
    },
    () => `${what}`,
    20_000,
  )

test('a configuration broken on the default branch is told with its line, holds what runs, and is forgotten once mended', async () => {
  const { revision } = await sees('the target in sync', ({ sync }) => sync === 'Synced')
  await operated.commit('.lockstep.yaml', `${CONFIG}drift: [\n`)
  const told = await sees('the fault', ({ configurationFault }) => configurationFault !== undefined)
  expect(told).toMatchObject({
    revision,
    sync: 'Synced',
    health: 'Healthy',
    configurationFault: {
      since: expect.stringMatching(/^\d{4}-/),
      problems: [{ code: 'CONFIG_SYNTAX', file: '.lockstep.yaml', line: expect.any(Number) }],
    },
  })
  await operated.commit(OBJECT, settings('two'))
  await drift('mine')
  await eventually(
    async () => (await mode()) === 'one',
    () => 'the drift put back as Git said before',
    20_000,
  )
  await operated.commit('.lockstep.yaml', CONFIG)
  await eventually(
    async () => (await mode()) === 'two',
    () => 'the newest commit applied',
    20_000,
  )
  const isMended = ({ configurationFault, waitingFor }: { configurationFault?: unknown; waitingFor?: unknown }) =>
    configurationFault === undefined && waitingFor === undefined
  await sees('the mended target', (status) => status.sync === 'Synced' && status.drift.length === 0 && isMended(status))
}, 90_000)
