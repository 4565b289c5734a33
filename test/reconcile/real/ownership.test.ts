import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import type { Cluster } from '../../../src/model/cluster.ts'
import { leaseDurations } from '../../../src/reconcile/ownership/durations.ts'
import type { HeldLease } from '../../../src/reconcile/ownership/held-lease.ts'
import { keepLease } from '../../../src/reconcile/ownership/keep-lease.ts'
import { ownedCluster } from '../../../src/reconcile/ownership/owned-cluster.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { at, configMap } from '../../support/kubernetes-objects.ts'

const plane = useControlPlane()
const lockstep = { fieldManager: 'lockstep' }
const lease = (namespace: string) => ({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  namespace,
  name: 'lockstep-worker-test',
})

const clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined),
}

/** A worker that writes nothing by itself; `held` while it holds the cluster. */
function contend(cluster: Cluster, namespace: string, identity: string, leaseMs = 2_000) {
  const ending = new AbortController()
  const worker = { held: undefined as HeldLease | undefined, terms: 0, stop: async () => {} }
  const keeping = keepLease({
    cluster,
    namespace,
    identity,
    durations: leaseDurations(leaseMs),
    clock,
    held: new Set(),
    onTrouble: async (error) => {
      throw error
    },
    signal: ending.signal,
    work: async (held) => {
      worker.held = held
      worker.terms++
      await new Promise((resolve) => held.signal.addEventListener('abort', resolve))
      worker.held = undefined
    },
  })
  worker.stop = async () => {
    ending.abort()
    await keeping
  }
  return worker
}

describe('a cluster on a real API server', () => {
  test('is held by one worker, renewed, and given to the other at once when the first ends; its namespace is made', async () => {
    const [first, second] = [await plane.open(), await plane.open()]
    const one = contend(first.forPurpose({ countAs: 'lease' }), 'owned-1', 'one', 9_000)
    await eventually(() => one.held)
    const taken = await plane.cluster.get(lease('owned-1'))
    const two = contend(second.forPurpose({ countAs: 'lease' }), 'owned-1', 'two', 9_000)
    await eventually(
      async () =>
        at((await plane.cluster.get(lease('owned-1'))) ?? {}, 'spec', 'renewTime') !==
        at(taken ?? {}, 'spec', 'renewTime'),
    )
    expect(two.terms).toBe(0)
    await one.stop()
    // Had it not been given back, it would be taken after twelve seconds.
    await eventually(() => two.held, undefined, 6_000)
    expect(await plane.cluster.get(lease('owned-1'))).toMatchObject({
      spec: { holderIdentity: 'two', leaseDurationSeconds: 9, leaseTransitions: 1 },
    })
    await two.stop()
    expect(at((await plane.cluster.get(lease('owned-1'))) ?? {}, 'spec', 'holderIdentity')).toBe('')
    expect(first.requests.lease).toBeGreaterThan(2)
    const { lease: _lease, discovery: _discovery, ...others } = first.requests
    expect(new Set(Object.values(others))).toEqual(new Set([0]))
  })

  test('is not left because somebody labelled the Lease, and left when somebody deleted it', async () => {
    const cluster = await plane.open()
    const worker = contend(cluster.forPurpose({ countAs: 'lease' }), 'owned-2', 'labelled')
    const term = await eventually(() => worker.held)
    await plane.cluster.patch(lease('owned-2'), { metadata: { labels: { seen: 'yes' } } }, { fieldManager: 'kubectl' })
    await sleep(800)
    expect(term.signal.aborted).toBe(false)
    await plane.cluster.delete(lease('owned-2'))
    await eventually(() => term.signal.aborted)
    await eventually(() => worker.held)
    await worker.stop()
  })

  test('is not written to once the lease is over, and read all the same', async () => {
    let left = 10_000
    const held: HeldLease = {
      signal: new AbortController().signal,
      timeForWrite: () => {
        if (left < 1_000) throw new Error('LEASE_LOST')
        return left
      },
    }
    const owned = ownedCluster(await plane.open(), held)
    const live = await owned.apply(configMap('written'), lockstep)
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'written' }
    left = 0
    await expect(owned.apply(configMap('late'), lockstep)).rejects.toThrow('LEASE_LOST')
    await expect(owned.create(configMap('late'), lockstep)).rejects.toThrow('LEASE_LOST')
    await expect(owned.patch(key, { data: { a: '1' } }, lockstep)).rejects.toThrow('LEASE_LOST')
    await expect(owned.delete(key)).rejects.toThrow('LEASE_LOST')
    expect(await owned.get(key)).toEqual(live)
    expect(await owned.apply(configMap('written', { a: '1' }), { ...lockstep, dryRun: true })).toMatchObject({
      data: { a: '1' },
    })
    expect(await owned.delete(key, { dryRun: true })).toBe('deleted')
  })
})
