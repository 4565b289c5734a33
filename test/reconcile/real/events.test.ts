import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Cluster, LiveObject } from '../../../src/model/cluster.ts'
import { ClusterError } from '../../../src/model/cluster-error.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import type { EventNote } from '../../../src/reconcile/report/events/event-note.ts'
import { EventRecorder } from '../../../src/reconcile/report/events/event-recorder.ts'
import { useControlPlane } from '../../support/control-plane.ts'

const plane = useControlPlane({ users: ['nobody'] })
const EVENT = { group: '', version: 'v1', kind: 'Event' }
const CONFIG_MAP: ResourceKey = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'told' }

let now = Date.parse('2026-11-20T14:00:00Z')
let recorder: EventRecorder
let serial = 0
let noted: EventNote
beforeEach(() => {
  now += 3 * 3_600_000
  recorder = new EventRecorder({ now: () => new Date(now) })
  noted = { reason: 'DriftFound', message: `.data.mode is ${serial++}`, regarding: { key: CONFIG_MAP, uid: 'uid-1' } }
})

async function written(cluster: Cluster = plane.cluster): Promise<LiveObject[]> {
  const { items } = await cluster.list(EVENT)
  return items.filter(({ message }) => message === noted.message)
}

describe('Kubernetes Events', () => {
  test('stand on their object, of its namespace, and cost one request', async () => {
    expect(await recorder.record(plane.cluster, [noted])).toBe(1)
    expect(await written()).toMatchObject([
      {
        metadata: { namespace: 'default' },
        involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', name: 'told', namespace: 'default', uid: 'uid-1' },
        reason: 'DriftFound',
        type: 'Warning',
        count: 1,
        source: { component: 'lockstep' },
      },
    ])
  })

  test('said again are counted, by another process too', async () => {
    await recorder.record(plane.cluster, [noted])
    now += 5_000
    await recorder.record(plane.cluster, [noted])
    const [twice] = await written()
    expect(twice).toMatchObject({ count: 2 })
    expect(twice?.lastTimestamp).not.toBe(twice?.firstTimestamp)
    await new EventRecorder({ now: () => new Date(now) }).record(plane.cluster, [noted])
    expect(await written()).toMatchObject([{ count: 3 }])
  })

  test('that Kubernetes forgot are written anew', async () => {
    await recorder.record(plane.cluster, [noted])
    const [{ metadata }] = (await written()) as [{ metadata: { name: string } }]
    await plane.cluster.delete({ ...EVENT, namespace: 'default', name: metadata.name })
    await recorder.record(plane.cluster, [noted])
    expect(await written()).toHaveLength(1)
  })

  test('of cluster-scoped objects are where the API server takes them', async () => {
    const key = { group: '', version: 'v1', kind: 'Namespace', name: 'default' }
    await recorder.record(plane.cluster, [{ ...noted, regarding: { key, uid: 'uid-2' } }])
    expect(await written()).toMatchObject([{ metadata: { namespace: 'default' } }])
  })

  test.each<[what: string, key: ResourceKey]>([
    ['a namespace that is not there', { ...CONFIG_MAP, namespace: 'nowhere' }],
    [
      'an object of any name',
      { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRole', name: 'system:a:B' },
    ],
  ])('about %s fail nothing', async (_, key) => {
    await recorder.record(plane.cluster, [{ ...noted, regarding: { key } }])
  })

  test('are given up for a while where they are forbidden', async () => {
    const context = plane.local.as('nobody')
    const cluster = await plane.open({ ...(context && { context }) })
    expect(await recorder.record(cluster, [noted])).toBe(1)
    expect(await recorder.record(cluster, [noted, { ...noted, message: 'other' }])).toBe(0)
    now += 10 * 60_000
    expect(await recorder.record(cluster, [noted])).toBe(1)
    expect(cluster.requests).toMatchObject({ create: 0, patch: 0, events: 2 })
  })

  test('do not hide a defect', async () => {
    const broken = { name: 'x', requests: { events: 0 }, create: () => Promise.reject(new TypeError('a bug')) }
    await expect(recorder.record(broken as unknown as Cluster, [noted])).rejects.toThrow('a bug')
    const down = {
      ...broken,
      create: () => Promise.reject(new ClusterError({ kind: 'unavailable', message: '', status: 503, reason: '' })),
    }
    expect(await recorder.record(down as unknown as Cluster, [noted])).toBe(0)
  })
})
