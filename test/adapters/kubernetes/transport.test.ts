import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import type { KubernetesCluster } from '../../../src/adapters/kubernetes/kubernetes-cluster.ts'
import { openCluster } from '../../../src/adapters/kubernetes/open-cluster.ts'
import { eventually } from '../../support/eventually.ts'

const KINDS = { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] }
const kind = { group: '', version: 'v1', kind: 'ConfigMap' }
const key = { ...kind, namespace: 'default', name: 'x' }

/** Speaks just enough of the API; `answer` decides what becomes of requests about objects. */
let server: Server
let connections: number
let requests: string[]
let answer: (response: ServerResponse, url: string) => void
let directory: string
let cluster: KubernetesCluster

beforeEach(async () => {
  ;[connections, requests] = [0, []]
  answer = (response) => response.end('{"kind":"ConfigMap"}')
  server = createServer((request, response) => {
    const url = String(request.url)
    requests.push(url)
    request.resume()
    if (url.startsWith('/api/v1?')) response.end(JSON.stringify(KINDS))
    else answer(response, url)
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  directory = await mkdtemp(join(tmpdir(), 'lockstep-transport-'))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const kubeconfig = {
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'c', user: { token: 't' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
  }
  await writeFile(join(directory, 'kubeconfig'), stringify(kubeconfig))
  cluster = await openCluster({ name: 'test', kubeconfig: join(directory, 'kubeconfig'), requestTimeoutMs: 700 })
})
afterEach(async () => {
  await cluster.close()
  server.closeAllConnections()
  server.close()
  await rm(directory, { recursive: true, force: true })
})

describe('connections to a cluster', () => {
  test('are kept: a thousand requests one after the other take no more than two', async () => {
    for (let request = 0; request < 1_000; request++) await cluster.get(key)
    // One may be opened while the other is still told that its answer is read.
    expect(connections).toBeLessThanOrEqual(2)
  })

  test('32 serve any number at once, also of several identities', async () => {
    const other = cluster.forPurpose({ headers: { 'impersonate-user': 'system:serviceaccount:shop:deployer' } })
    answer = (response) => void setTimeout(() => response.end('{"kind":"ConfigMap"}'), 5)
    await Promise.all(Array.from({ length: 500 }, (_, index) => (index % 2 ? cluster : other).get(key)))
    expect(connections).toBeLessThanOrEqual(32)
    expect(cluster.requests.get).toBe(500)
  })

  test('watches take none of them', async () => {
    const stop = new AbortController()
    answer = (response, url) => {
      if (url.includes('watch=true')) response.writeHead(200).flushHeaders()
      else response.end('{"kind":"ConfigMapList","metadata":{"resourceVersion":"1"},"items":[]}')
    }
    const watches = Array.from({ length: 40 }, () => cluster.watch(kind, {}, () => {}, stop.signal))
    await eventually(() => requests.filter((url) => url.includes('watch=true')).length === 40)
    await cluster.get(key)
    stop.abort()
    await Promise.all(watches)
  })
})

describe('a cluster that does not answer', () => {
  const failure = () => cluster.get(key).catch((error: { code: string; message: string }) => error)

  test('costs each request a moment only, once it is known, and is found again by itself', async () => {
    await cluster.scope(kind)
    const [answering, silent] = [answer, () => {}]
    answer = silent
    expect(await failure()).toMatchObject({ code: 'CLUSTER_TIMEOUT' })
    await failure()
    const sent = requests.length
    const failures = await Promise.all(Array.from({ length: 100 }, failure))
    expect(requests.length - sent).toBeLessThanOrEqual(1)
    expect(failures.at(-1)).toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.stringContaining('has not answered lately'),
    })
    expect(cluster.requests.get).toBe(requests.length - 1)
    answer = answering
    await eventually(async () => !('code' in ((await failure()) ?? {})))
    await sleep(0)
    await Promise.all(Array.from({ length: 10 }, () => cluster.get(key)))
  })
})
