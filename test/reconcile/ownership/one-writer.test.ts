import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Cluster } from '../../../src/model/cluster.ts'
import { ClusterError } from '../../../src/model/cluster-error.ts'
import { isJsonObject, type JsonObject } from '../../../src/model/json.ts'
import { leaseDurations } from '../../../src/reconcile/ownership/durations.ts'
import { keepLease } from '../../../src/reconcile/ownership/keep-lease.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

const durations = leaseDurations(12_000)

/** An API server that holds one Lease, and answers as late as it is told to. */
class OneLease {
  readonly #time: VirtualTime
  #body: JsonObject | undefined
  #version = 0
  delay: () => number = () => 0
  down: () => boolean = () => false

  constructor(time: VirtualTime) {
    this.#time = time
  }

  edit(spec: JsonObject): JsonObject {
    const before = isJsonObject(this.#body?.spec) ? this.#body.spec : {}
    this.#body = { metadata: { resourceVersion: String(++this.#version) }, spec: { ...before, ...spec } }
    return this.#body
  }

  /** As one process sees it. */
  seenBy(stalled: () => Promise<void>): Cluster {
    const ask = async <T>(work: () => T): Promise<T> => {
      await stalled()
      if (this.down()) throw new Error('unreachable')
      await this.#time.sleep(this.delay())
      const answer = work()
      await this.#time.sleep(this.delay())
      await stalled()
      return answer
    }
    return {
      name: 'prod',
      get: () => ask(() => this.#body),
      create: (body: JsonObject) =>
        ask(() => {
          if (this.#body) throw refusal('exists')
          return this.edit(body.spec as JsonObject)
        }),
      patch: (_key: unknown, body: JsonObject, { timeLeftMs }: { timeLeftMs?: () => number }) =>
        ask(() => {
          timeLeftMs?.()
          const { resourceVersion } = body.metadata as JsonObject
          if (resourceVersion !== String(this.#version)) throw refusal('stale')
          return this.edit(body.spec as JsonObject)
        }),
    } as unknown as Cluster
  }
}

function refusal(kind: 'stale' | 'exists'): ClusterError {
  return new ClusterError({ kind, message: kind, status: 409, reason: 'Conflict' })
}

/** While it is stopped, a process neither goes on nor sends anything. */
interface Stall {
  readonly worker: number
  readonly at: number
  readonly ms: number
}

const WORKERS = 3
const anyStall: fc.Arbitrary<Stall> = fc.record({
  worker: fc.nat(WORKERS - 1),
  at: fc.nat(100_000),
  ms: fc.nat(60_000),
})
const anyOutage = fc.record({ at: fc.nat(100_000), ms: fc.nat(30_000) })

/** What is written while three workers contend: when each write began, and until when it may have had its effect. */
async function contend(
  stalls: readonly Stall[],
  delays: readonly number[],
  outages: readonly { at: number; ms: number }[],
): Promise<{ writer: number; from: number; until: number }[]> {
  const time = new VirtualTime()
  const server = new OneLease(time)
  let answers = 0
  server.delay = () => delays[answers++ % delays.length] ?? 0
  server.down = () => outages.some(({ at, ms }) => at <= time.now && time.now < at + ms)
  const ending = new AbortController()
  const writes: { writer: number; from: number; until: number }[] = []
  const work = async (writer: number) => {
    const own = stalls.filter(({ worker }) => worker === writer)
    const stalled = async () => {
      for (let stall = own.find(({ at, ms }) => at <= time.now && time.now < at + ms); stall; ) {
        await time.sleep(stall.at + stall.ms - time.now)
        stall = own.find(({ at, ms }) => at <= time.now && time.now < at + ms)
      }
    }
    const sleep = async (ms: number, signal?: AbortSignal) => {
      await time.sleep(ms, signal)
      await stalled()
    }
    await keepLease({
      cluster: server.seenBy(stalled),
      namespace: 'lockstep-system',
      identity: `worker-${writer}`,
      durations,
      clock: { now: () => new Date(time.now), elapsed: () => time.now, sleep },
      held: new Set(),
      onTrouble: async () => undefined,
      signal: ending.signal,
      work: async (lease) => {
        while (!lease.signal.aborted) {
          const left = attempt(() => lease.timeForWrite())
          if (left !== undefined) writes.push({ writer, from: time.now, until: time.now + left })
          await sleep(700, lease.signal)
        }
      },
    })
  }
  const workers = Array.from({ length: WORKERS }, (_, writer) => work(writer))
  await time.run(240_000)
  ending.abort()
  await time.run(300_000)
  await Promise.all(workers)
  return writes
}

function attempt(ask: () => number): number | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

test('however workers are stopped, the server dawdles or is away: no two write at a time, and somebody does in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStall, { maxLength: 10 }),
      fc.array(fc.nat(1_500), { minLength: 1, maxLength: 20 }),
      fc.array(anyOutage, { maxLength: 2 }),
      async (stalls, delays, outages) => {
        const writes = await contend(stalls, delays, outages)
        const busyUntil = new Map<number, number>()
        for (const { writer, from, until } of writes) {
          for (const [other, busy] of busyUntil) if (other !== writer) expect(busy).toBeLessThanOrEqual(from)
          busyUntil.set(writer, until)
        }
        expect(writes.at(-1)?.from).toBeGreaterThan(225_000)
      },
    ),
    { numRuns: 50 },
  )
}, 60_000)

test('a stopped worker is followed within twenty seconds, and stays out when it goes on', async () => {
  const writes = await contend([{ worker: 0, at: 30_000, ms: 60_000 }], [0], [])
  const hands = writes.filter(({ writer }, index) => writer !== writes[index - 1]?.writer)
  expect(hands.map(({ writer }) => writer)).toHaveLength(2)
  expect((hands[1]?.from ?? 0) - 30_000).toBeLessThanOrEqual(20_000)
})

test('a holder that the Lease no longer names stops at its next renewal, and waits its turn', async () => {
  const time = new VirtualTime()
  const server = new OneLease(time)
  const ending = new AbortController()
  const terms: { from: number; until: number }[] = []
  const keeping = keepLease({
    cluster: server.seenBy(async () => undefined),
    namespace: 'lockstep-system',
    identity: 'worker',
    durations,
    clock: { now: () => new Date(time.now), elapsed: () => time.now, sleep: (ms, signal) => time.sleep(ms, signal) },
    held: new Set(),
    onTrouble: async () => undefined,
    signal: ending.signal,
    work: async ({ signal }) => {
      const from = time.now
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      terms.push({ from, until: time.now })
    },
  })
  await time.run(5_000)
  server.edit({ holderIdentity: 'a person' })
  await time.run(30_000)
  ending.abort()
  await time.run(40_000)
  await keeping
  expect(terms).toEqual([
    { from: 0, until: 6_000 },
    { from: 22_000, until: 30_000 },
  ])
})

test.each([
  ['that start together', [0, 0]],
  ['one of which starts half a second later', [0, 500]],
  ['of which three start within a second', [0, 400, 800]],
])('workers %s share ten clusters, and none is left with less than two', async (_, starts) => {
  const time = new VirtualTime()
  const servers = Array.from({ length: 10 }, () => new OneLease(time))
  for (const server of servers) server.delay = () => 20
  const ending = new AbortController()
  const held = starts.map(() => new Set<string>())
  const keeping = starts.flatMap((start, worker) => {
    // Each begins with another cluster.
    const inOrder = [...servers.keys()].map((index) => (index + worker * 3) % servers.length)
    return inOrder.map(async (index) => {
      await time.sleep(start)
      const cluster = { ...(servers[index] as OneLease).seenBy(async () => undefined), name: `cluster-${index}` }
      await keepLease({
        cluster,
        namespace: 'lockstep-system',
        identity: `worker-${worker}`,
        durations,
        clock: {
          now: () => new Date(time.now),
          elapsed: () => time.now,
          sleep: (ms, signal) => time.sleep(ms, signal),
        },
        held: held[worker] as Set<string>,
        onTrouble: async () => undefined,
        signal: ending.signal,
        work: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
      })
    })
  })
  await time.run(20_000)
  const sizes = held.map(({ size }) => size)
  ending.abort()
  await time.run(60_000)
  await Promise.all(keeping)
  expect(sizes.reduce((sum, size) => sum + size)).toBe(10)
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2)
})
