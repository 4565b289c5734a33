import { afterEach, describe, expect, test } from '@jest/globals'
import type { Cluster } from '../../../src/model/cluster.ts'
import { WatchedView } from '../../../src/reconcile/live/watched-view.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { EXPIRED, EXPIRED_EVENT, FAULTS } from '../../support/faults.ts'
import { FaultyTarget } from '../../support/faulty-target.ts'

const plane = useControlPlane()
const WATCHES = /^GET .*watch=true/
let count = 0
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A target whose passes know what is live from watches that come through a proxy. */
async function watched() {
  const target = await FaultyTarget.prepare(plane, `watched-${++count}`)
  const proxy = await startFaultProxy(plane.local.kubeconfig)
  const cluster: Cluster = await plane.open({
    kubeconfig: proxy.kubeconfig,
    requestTimeoutMs: 2_000,
    watchIdleMs: 2_000,
  })
  const view = new WatchedView(cluster, { inventoryNamespace: 'lockstep-system' })
  closing.push(async () => {
    await view.close()
    await cluster.close()
    await proxy.close()
  })
  return { target, proxy, pass: () => target.pass(cluster, view) }
}

/** Drift that only the watch can tell of is healed by one of the passes from now on. */
async function seesDrift({ target, pass }: Awaited<ReturnType<typeof watched>>): Promise<void> {
  await target.edit()
  const told: string[] = []
  const healed = async () => {
    const { decision, code } = await pass()
    told.push(`${decision} ${code}`)
    return target.isHealed()
  }
  await eventually(healed, () => told.join(', '))
  expect([...(await target.harm()), ...(await target.unfinished())]).toEqual([])
}

describe('watches that cannot be opened at once', () => {
  // A stream that stays open has neither a middle nor an end.
  const {
    'a connection reset in the middle of the body': _,
    'an answer lost after the server did it': __,
    ...rest
  } = FAULTS
  const openings: [string, Fault][] = [
    ...Object.entries(rest),
    ['a version that expired', EXPIRED],
    ['a stream that says that the version expired', EXPIRED_EVENT],
  ]
  test.each(openings)(
    '%s: the pass does its work, and drift is seen',
    async (_, fault) => {
      const scene = await watched()
      scene.proxy.inject(WATCHES, fault, 4)
      expect(await scene.pass()).toMatchObject({ decision: 'done' })
      await eventually(() => scene.proxy.struck > 0)
      await seesDrift(scene)
    },
    60_000,
  )
})

describe('open watches', () => {
  const troubles: [string, (proxy: FaultProxy) => void][] = [
    ['are cut', (proxy) => proxy.breakStreams()],
    ['are ended by the server', (proxy) => proxy.endStreams()],
    ['tell nothing any more, and stay open', (proxy) => proxy.silenceStreams()],
    [
      'are cut, and their version has expired meanwhile',
      (proxy) => {
        proxy.inject(WATCHES, EXPIRED, 4)
        proxy.breakStreams()
      },
    ],
  ]
  test.each(troubles)(
    '%s: drift is seen',
    async (_, trouble) => {
      const scene = await watched()
      expect(await scene.pass()).toMatchObject({ decision: 'done' })
      await eventually(() => scene.proxy.openStreams() > 0)
      trouble(scene.proxy)
      await seesDrift(scene)
    },
    60_000,
  )

  test('without bookmarks are opened anew from the last change, and drift is seen', async () => {
    const scene = await watched()
    scene.proxy.withholdBookmarks()
    expect(await scene.pass()).toMatchObject({ decision: 'done' })
    await seesDrift(scene)
  }, 60_000)

  test('of which the lists come slowly: the pass waits', async () => {
    const scene = await watched()
    scene.proxy.inject(/^GET (?!.*watch=true).*labelSelector/, { slowMs: 20 }, 100)
    expect(await scene.pass()).toMatchObject({ decision: 'done' })
    await seesDrift(scene)
  }, 60_000)
})
