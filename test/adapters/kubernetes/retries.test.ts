import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { backoff, readRetryAfter, retryDelay } from '../../../src/adapters/kubernetes/retry.ts'
import type { Cluster } from '../../../src/model/cluster.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { configMap } from '../../support/kubernetes-objects.ts'

const lockstep = { fieldManager: 'lockstep' }
const key = (name: string) => ({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name })

describe('a passing failure', () => {
  const plane = useControlPlane()
  let proxy: FaultProxy
  let cluster: Cluster
  beforeAll(async () => {
    proxy = await startFaultProxy(plane.local.kubeconfig)
  })
  beforeEach(async () => {
    cluster = await plane.open({ kubeconfig: proxy.kubeconfig, requestTimeoutMs: 1_000 })
    await cluster.scope(key(''))
  })
  afterAll(() => proxy.close())

  const status = (code: number, headers = {}): Fault => ({
    answer: { status: code, headers, body: JSON.stringify({ kind: 'Status', code, message: `said ${code}` }) },
  })
  const passing: [string, Fault][] = [
    ['429', status(429)],
    ['500', status(500)],
    ['503', status(503)],
    [
      '502 of a proxy with a page',
      { answer: { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' } },
    ],
    ['a reset connection', 'reset'],
    ['a reset after the server had done it', 'reset-after'],
    ['no answer in time', 'hang'],
  ]
  test.each(passing)('%s: an apply is sent again and succeeds', async (name, fault) => {
    proxy.inject(/^PATCH/, fault)
    await cluster.apply(configMap(`after-${passing.findIndex((row) => row[0] === name)}`, { a: '1' }), lockstep)
    expect(cluster.requests.patch).toBe(2)
  })

  test.each(passing)('%s: a get is sent again and succeeds', async (_, fault) => {
    proxy.inject(/^GET .*configmaps/, fault, 2)
    expect(await cluster.get(key('kube-root-ca.crt-not-there'))).toBeUndefined()
    expect(cluster.requests.get).toBe(3)
  })

  test('Retry-After is waited for', async () => {
    proxy.inject(/^GET .*configmaps/, status(429, { 'retry-after': '1' }))
    const begun = performance.now()
    await cluster.get(key('x'))
    expect(performance.now() - begun).toBeGreaterThanOrEqual(990)
  })

  test('a create that may have happened is not sent again; one that was turned away is', async () => {
    proxy.inject(/^POST/, 'reset-after')
    await expect(cluster.create(configMap('made-once'), lockstep)).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    })
    expect(cluster.requests.create).toBe(1)
    expect(await cluster.get(key('made-once'))).toBeDefined()
    proxy.inject(/^POST/, status(429))
    await cluster.create(configMap('made-later'), lockstep)
    expect(cluster.requests.create).toBe(3)
  })

  test('a delete without a uid is not sent again after it may have happened; with one it is', async () => {
    const live = await cluster.apply(configMap('deleted'), lockstep)
    proxy.inject(/^DELETE/, 'reset')
    await expect(cluster.delete(key('deleted'))).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    proxy.inject(/^DELETE/, 'reset-after')
    const { uid } = live.metadata as { uid: string }
    expect(await cluster.delete(key('deleted'), { uid })).toBe('gone')
  })

  test('is tried five times, then told as it is', async () => {
    proxy.inject(/^GET .*stubborn/, status(503), 5)
    await expect(cluster.get(key('stubborn'))).rejects.toMatchObject({
      kind: 'unavailable',
      status: 503,
      retryable: true,
    })
    expect(cluster.requests.get).toBe(5)
  })

  test('a server that does not answer in time is told as that, and was told to give up itself', async () => {
    proxy.inject(/^GET .*silent/, 'hang', 5)
    await expect(cluster.get(key('silent'))).rejects.toMatchObject({
      code: 'CLUSTER_TIMEOUT',
      kind: 'unreachable',
      message: expect.stringContaining('did not answer within 1 s'),
    })
    expect(proxy.seen.at(-1)).toContain('timeout=1000ms')
  })

  test('close ends what is under way', async () => {
    proxy.inject(/^GET .*endless/, 'hang', 5)
    const pending = cluster.get(key('endless')).catch((error) => error)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await cluster.close()
    expect(await pending).toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    expect(cluster.requests.get).toBe(1)
  })
})

describe('waiting', () => {
  test('is never shorter than asked, never longer than three seconds unasked, and ends after five attempts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(30_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, asked, random) => {
          expect(retryDelay({ attempt, retryAfterMs: asked, random })).toBeGreaterThanOrEqual(asked)
          expect(retryDelay({ attempt, random })).toBeLessThanOrEqual(3_000)
          expect(retryDelay({ attempt: 5, random })).toBeUndefined()
        },
      ),
    )
  })

  test('is given up when the server asks for more than half a minute', () => {
    expect(retryDelay({ attempt: 1, retryAfterMs: 30_001, random: 0 })).toBeUndefined()
  })

  test('doubles', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => backoff(attempt, 1))).toEqual([100, 200, 400, 800, 1600, 3000, 3000])
  })

  test.each([
    ['7', 7_000],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:20 GMT', 15_000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads Retry-After %j', (header, expected) => {
    expect(readRetryAfter(header, 5_000)).toBe(expected)
  })
})
