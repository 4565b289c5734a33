import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { freePort } from '../../sandbox/cluster/free-port.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/eventually.ts'
import { type OperatedWorker, openWorker } from '../support/operated-worker.ts'

const plane = useControlPlane()
const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: refusing, cluster: refusing }
  - { name: hanging, cluster: hanging }
  - { name: well, cluster: well }
`
const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\n'

let directory: string
let hanging: Server
let operated: OperatedWorker

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dead-cluster-'))
  const names = ['refusing', 'hanging', 'well']
  const overlays = names.flatMap((name) => [
    [`apps/shop/overlays/${name}/kustomization.yaml`, 'resources: [settings.yaml]\n'],
    [`apps/shop/overlays/${name}/settings.yaml`, MANIFEST],
  ])
  const files = { '.lockstep.yaml': CONFIG, ...Object.fromEntries(overlays) }
  // Takes connections and never says a word.
  hanging = createServer(() => {}).listen(0, '127.0.0.1')
  const port = await freePort()
  const { port: silent } = hanging.address() as { port: number }
  const kubeconfig = async (name: string, address: string) => {
    const file = join(directory, name)
    const cluster = { server: address, 'insecure-skip-tls-verify': true }
    const user = { token: 't' }
    await writeFile(
      file,
      stringify({
        'current-context': 'c',
        clusters: [{ name: 'c', cluster }],
        users: [{ name: 'c', user }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
      }),
    )
    return file
  }
  const clusters = [
    { name: 'refusing', kubeconfig: await kubeconfig('refusing', `https://127.0.0.1:${port}`) },
    { name: 'hanging', kubeconfig: await kubeconfig('hanging', `http://127.0.0.1:${silent}`) },
    { name: 'well', kubeconfig: plane.local.kubeconfig },
  ]
  operated = await openWorker(files, clusters)
})
afterAll(async () => {
  await operated?.close()
  hanging?.close()
  await rm(directory, { recursive: true, force: true })
})

test('dead clusters are told to be Unknown, with the reason, and keep no other waiting', async () => {
  await eventually(
    async () => (await operated.status('well'))?.sync === 'Synced',
    () => 'the healthy cluster in sync',
    20_000,
  )
  const dead = await eventually(async () => {
    const statuses = await Promise.all(['refusing', 'hanging'].map(operated.status))
    return statuses.every((status) => status) && statuses
  })
  expect(dead).toEqual([
    expect.objectContaining({
      sync: 'Unknown',
      health: 'Unknown',
      problems: [expect.objectContaining({ code: 'CLUSTER_UNREACHABLE' })],
    }),
    expect.objectContaining({
      sync: 'Unknown',
      health: 'Unknown',
      problems: [expect.objectContaining({ code: expect.stringMatching(/^CLUSTER_(TIMEOUT|UNREACHABLE)$/) })],
    }),
  ])
}, 60_000)
