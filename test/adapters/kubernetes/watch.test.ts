import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Cluster, WatchEvent, WatchOptions } from '../../../src/model/cluster.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { at, configMap } from '../../support/kubernetes-objects.ts'

const lockstep = { fieldManager: 'lockstep' }
const configMaps = { group: '', version: 'v1', kind: 'ConfigMap' }
const key = (name: string) => ({ ...configMaps, namespace: 'default', name })

describe('a watch', () => {
  const plane = useControlPlane()
  let proxy: FaultProxy
  let cluster: Cluster
  let stop: AbortController
  let log: string[]
  let run = 0
  let set: string

  beforeAll(async () => {
    proxy = await startFaultProxy(plane.local.kubeconfig)
  })
  beforeEach(async () => {
    set = `run-${++run}`
    stop = new AbortController()
    log = []
    cluster = await plane.open({ kubeconfig: proxy.kubeconfig, requestTimeoutMs: 2_000 })
  })
  afterEach(async () => {
    stop.abort()
    await cluster.close()
    proxy.heal()
    await eventually(() => proxy.openStreams() === 0)
  })
  afterAll(() => proxy.close())

  const put = (name: string, value: string) => plane.cluster.apply(configMap(name, { value }, { set }), lockstep)
  const remove = (name: string) => plane.cluster.delete(key(name))
  const told = (line: string, after = 0) =>
    eventually(
      () => log.indexOf(line, after) >= 0,
      () => `${line} in ${log.join(' | ')}`,
    )
  const watchOpen = () => eventually(() => proxy.openStreams() > 0)

  /** Until the proxy heals, so that what is written meanwhile is certainly missed. */
  const refuseToList = () => proxy.inject(/limit=|watch=true/, 'reset', 1_000)

  function start(options: WatchOptions = {}): Promise<void> {
    return cluster.watch(
      configMaps,
      { labelSelector: `set=${set}`, ...options },
      (event) => log.push(print(event)),
      stop.signal,
    )
  }

  test('tells what is there, then every change in order, and resolves when stopped', async () => {
    await put('a', '1')
    const watching = start()
    await told('SYNCED')
    await put('a', '2')
    await put('b', '1')
    await remove('a')
    await told('DELETED a')
    expect(log).toEqual(['ADDED a=1', 'SYNCED', 'MODIFIED a=2', 'ADDED b=1', 'DELETED a'])
    stop.abort()
    await watching
  })

  test('goes on from a list without telling it again', async () => {
    await put('c', '1')
    const from = await cluster.list(configMaps, { labelSelector: `set=${set}` })
    await put('c', '2')
    void start({ from })
    await told('MODIFIED c=2')
    expect(log).toEqual(['SYNCED', 'MODIFIED c=2'])
  })

  test('an object that loses its label is told as deleted', async () => {
    await put('d', '1')
    void start()
    await told('SYNCED')
    await plane.cluster.patch(key('d'), { metadata: { labels: { set: 'other' } } }, lockstep)
    await told('DELETED d')
  })

  test('after a reset, tells what was created, changed, replaced and deleted meanwhile', async () => {
    for (const name of ['kept', 'changed', 'replaced', 'deleted']) await put(name, '1')
    void start()
    await told('SYNCED')
    await watchOpen()
    refuseToList()
    const before = log.length
    proxy.breakStreams()
    await told('LOST', before)
    await put('changed', '2')
    await remove('replaced')
    await put('replaced', '1')
    await remove('deleted')
    await put('created', '1')
    proxy.heal()
    await told('SYNCED', before)
    expect(
      log
        .slice(before)
        .filter((line) => line !== 'LOST')
        .sort(),
    ).toEqual([
      'ADDED created=1',
      'ADDED replaced=1',
      'DELETED deleted',
      'DELETED replaced',
      'MODIFIED changed=2',
      'SYNCED',
    ])
  })

  test('a stream that falls silent is given up and made good', async () => {
    cluster = await plane.open({ kubeconfig: proxy.kubeconfig, watchIdleMs: 1_000 })
    void start()
    await told('SYNCED')
    await watchOpen()
    refuseToList()
    proxy.silenceStreams()
    await told('LOST')
    await put('unheard', '1')
    proxy.heal()
    await told('SYNCED', 1)
    expect(log.filter((line) => line !== 'LOST')).toEqual(['SYNCED', 'ADDED unheard=1', 'SYNCED'])
  })

  test('a stream the server ends is gone on with, and nothing is told of it', async () => {
    void start()
    await told('SYNCED')
    await watchOpen()
    await put('before', '1')
    await told('ADDED before=1')
    proxy.endStreams()
    await put('during', '1')
    await told('ADDED during=1')
    expect(log).toEqual(['SYNCED', 'ADDED before=1', 'ADDED during=1'])
  })

  const gone = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old resource version' }
  test.each([
    ['as a refusal', { status: 410, body: JSON.stringify(gone) }],
    ['within the stream', { status: 200, body: `${JSON.stringify({ type: 'ERROR', object: gone })}\n` }],
  ])('an expired version (410 %s) leads to a new list at once', async (_, answer) => {
    const from = await cluster.list(configMaps, { labelSelector: `set=${set}` })
    await put(`late-${run}`, '1')
    proxy.inject(/watch=true/, { answer })
    void start({ from })
    await told('SYNCED', 1)
    expect(log).toEqual(['SYNCED', `ADDED late-${run}=1`, 'SYNCED'])
  })

  test('429 is waited out as long as the server asks', async () => {
    const refused = { kind: 'Status', code: 429, reason: 'TooManyRequests', message: 'slow down' }
    proxy.inject(/watch=true/, {
      answer: { status: 429, headers: { 'retry-after': '1' }, body: JSON.stringify(refused) },
    })
    const begun = performance.now()
    void start()
    await told('LOST')
    await watchOpen()
    expect(performance.now() - begun).toBeGreaterThanOrEqual(990)
    await put('patient', '1')
    await told('ADDED patient=1')
  })

  test('a refusal for a moment is survived: a restarting server says 403', async () => {
    const refused = { kind: 'Status', code: 403, reason: 'Forbidden', message: 'not yet' }
    proxy.inject(/watch=true/, { answer: { status: 403, body: JSON.stringify(refused) } }, 3)
    void start()
    await watchOpen()
    await put('admitted', '1')
    await told('ADDED admitted=1')
  })

  test('a kind the server does not have ends it', async () => {
    const nothing = { group: 'nothing.example', version: 'v1', kind: 'Nothing' }
    await expect(cluster.watch(nothing, {}, () => {}, stop.signal)).rejects.toMatchObject({ kind: 'unknown-kind' })
  })

  test('what the listener throws ends it, and is not taken for a broken stream', async () => {
    const failing = cluster.watch(
      configMaps,
      {},
      () => {
        throw new Error('defect')
      },
      stop.signal,
    )
    await expect(failing).rejects.toThrow('defect')
  })

  test('closing the cluster ends it quietly', async () => {
    const watching = start()
    await watchOpen()
    await cluster.close()
    await watching
    expect(log).toEqual(['SYNCED'])
  })
})

function print(event: WatchEvent): string {
  if (event.type === 'SYNCED' || event.type === 'LOST') return event.type
  const name = String(at(event.object, 'metadata', 'name'))
  return event.type === 'DELETED' ? `DELETED ${name}` : `${event.type} ${name}=${at(event.object, 'data', 'value')}`
}
