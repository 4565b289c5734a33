import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/model/json.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/eventually.ts'
import { type OperatedWorker, openWorker } from '../support/operated-worker.ts'

const plane = useControlPlane({ users: ['worker'] })
const admin = { fieldManager: 'admin' }
const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: prod, cluster: prod }
drift: { policy: report }
`
const SETTINGS = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { colour: blue }
`
const GROUP = 'rbac.authorization.k8s.io'
const worker = { kind: 'User', name: 'worker', apiGroup: GROUP }
const deployer = { kind: 'ServiceAccount', name: 'deployer', namespace: 'shop' }

function grant(name: string, subject: JsonObject, rules: JsonObject[], namespace?: string): JsonObject[] {
  const kind = namespace ? 'Role' : 'ClusterRole'
  const metadata = { name, ...(namespace && { namespace }) }
  const binding = { roleRef: { apiGroup: GROUP, kind, name }, subjects: [subject] }
  return [
    { apiVersion: `${GROUP}/v1`, kind, metadata, rules },
    { apiVersion: `${GROUP}/v1`, kind: `${kind}Binding`, metadata, ...binding },
  ]
}

const EVERYTHING = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
/** The worker reads everywhere, and may write nothing outside its own namespace but in the name of the deployer. */
const GIVEN: JsonObject[] = [
  ...['shop', 'lockstep-system'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  ...grant('read', worker, [{ ...EVERYTHING, verbs: ['get', 'list', 'watch'] }]),
  ...grant('remember', worker, [EVERYTHING], 'lockstep-system'),
  ...grant('act', worker, [{ apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] }], 'shop'),
  ...grant('deploy', deployer, [EVERYTHING], 'shop'),
]

let operated: OperatedWorker
beforeAll(async () => {
  for (const body of GIVEN) await plane.cluster.apply(body, admin)
  const files = {
    '.lockstep.yaml': CONFIG,
    'apps/shop/overlays/prod/kustomization.yaml': 'resources: [settings.yaml]\n',
    'apps/shop/overlays/prod/settings.yaml': SETTINGS,
  }
  const { kubeconfig } = plane.local
  const serviceAccounts = [{ environment: 'prod', serviceAccount: 'shop/deployer' }]
  operated = await openWorker(files, [{ name: 'prod', kubeconfig, context: plane.local.as('worker'), serviceAccounts }])
})
afterAll(() => operated?.close())

test('drift of their objects is confirmed in their name too, by a worker that may not touch these itself', async () => {
  const status = () => operated.status('prod')
  await eventually(
    async () => (await status())?.sync === 'Synced',
    () => 'the target in sync',
    20_000,
  )
  const changed = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' } }
  await plane.cluster.apply({ ...changed, data: { colour: 'red' } }, { ...admin, force: true })
  const seen = await eventually(async () => {
    const now = await status()
    return now && now.sync !== 'Synced' && now
  })
  const drift = [{ object: 'ConfigMap/settings', path: '.data.colour', desired: 'blue', live: 'red', manager: 'admin' }]
  expect(seen).toMatchObject({ sync: 'OutOfSync', drift, problems: [] })
})
