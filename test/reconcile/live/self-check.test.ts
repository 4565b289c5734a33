import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { LiveObject } from '../../../src/model/cluster.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { type LiveRecord, toLiveRecord } from '../../../src/reconcile/live/live-record.ts'
import { findDisagreements } from '../../../src/reconcile/live/self-check.ts'
import { configMap } from '../../support/kubernetes-objects.ts'

/** A cluster, what is known of it, and what was asked. */
class Scene {
  readonly objects = new Map<string, LiveObject>()
  readonly records = new Map<string, LiveRecord>()
  readonly asked: string[] = []
  /** Happens while the second look is waited for. */
  meanwhile = () => {}
  readonly #stop = new AbortController()

  constructor(count: number) {
    for (let index = 0; index < count; index++) this.put(`object-${index}`)
    for (const object of this.objects.values()) this.learn(object)
  }

  put(name: string, uid = `uid-of-${name}`): LiveObject {
    const { metadata, ...rest } = configMap(name)
    const object = { ...rest, metadata: { ...(metadata as object), uid } }
    this.objects.set(name, object)
    return object
  }

  learn(object: LiveObject): void {
    const record = toLiveRecord(object)
    this.records.set(record.key.name, record)
  }

  check(random = () => 0.5) {
    const get = async ({ name }: ResourceKey) => {
      this.asked.push(name)
      return this.objects.get(name)
    }
    const clock = { now: () => new Date(), sleep: async () => this.meanwhile() }
    const view = { cluster: { get }, known: ({ name }: ResourceKey) => this.records.get(name) }
    return findDisagreements(view, [...this.records.values()], { clock, random, signal: this.#stop.signal })
  }
}

describe('asking whether what is known is true', () => {
  test.each([
    [0, 0],
    [1, 1],
    [100, 1],
    [101, 2],
    [1_000, 10],
  ])('of %d objects asks for %d', async (count, asked) => {
    const scene = new Scene(count)
    expect(await scene.check()).toEqual([])
    expect(scene.asked).toHaveLength(asked)
  })

  test('never asks twice for one', () => {
    const chance = fc.double({ min: 0, max: 0.999, noNaN: true })
    return fc.assert(
      fc.asyncProperty(fc.array(chance, { minLength: 3, maxLength: 3 }), async (chances) => {
        const scene = new Scene(250)
        await scene.check(() => chances.shift() as number)
        expect(new Set(scene.asked).size).toBe(3)
      }),
      { examples: [[[0, 0, 0]], [[0.999, 0.999, 0.999]], [[0.01, 0.004, 0]]] },
    )
  })

  test.each<[string, (scene: Scene) => void]>([
    ['was made again', (scene) => scene.put('object-0', 'another')],
    ['is gone', (scene) => scene.objects.delete('object-0')],
  ])('tells of an object that %s and nobody said so', async (_, change) => {
    const scene = new Scene(1)
    change(scene)
    expect((await scene.check()).map(({ key }) => key.name)).toEqual(['object-0'])
    expect(scene.asked).toHaveLength(2)
  })

  test('says nothing of what the watch tells a moment later', async () => {
    const scene = new Scene(1)
    const object = scene.put('object-0', 'another')
    scene.meanwhile = () => scene.learn(object)
    expect(await scene.check()).toEqual([])
  })
})
