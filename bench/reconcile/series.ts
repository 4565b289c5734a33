import { setTimeout as sleep } from 'node:timers/promises'
import type { Applied, Contestant } from './contestants.ts'
import { scaleByHand, watchReplicas } from './foreign-write.ts'
import { type FreshCluster, startFresh } from './fresh-cluster.ts'
import { FIRST, REPLICAS } from './load.ts'
import { forgetPeak, peakMemory } from './process-memory.ts'
import type { BenchPrograms } from './programs.ts'
import type { Requests } from './request-log.ts'

export const PHASES = ['first apply', 'no-op', 'no-op, cold', 'one change', 'one drifted'] as const
export type Phase = (typeof PHASES)[number]

export interface Measured extends Applied {
  readonly contestant: string
  readonly phase: Phase
  readonly peakBytes: number
  /** As the API server counted. */
  readonly requests: Requests
}

export interface SeriesOptions {
  readonly name: string
  /** User that it logs in as. */
  readonly user: string
  open(kubeconfig: string): Contestant
  readonly programs: BenchPrograms
  /** Whether a cold start differs from going on. */
  readonly cold: boolean
  readonly files: { readonly first: string; readonly changed: string }
}

const WATCHES_STAND_MS = 1_500
const LONGEST_MS = 60_000

/** All phases of one contestant on a cluster of its own. */
export async function runSeries(options: SeriesOptions): Promise<Measured[]> {
  const { files, user, cold, open, name } = options
  await using cluster = await startFresh(options.programs.controlPlane)
  const done: Measured[] = []
  await using contestant = open(cluster.kubeconfig)
  const measure = async (phase: Phase, work: () => Promise<Applied>) => {
    await cluster.log.sinceLast(user)
    const { peakBytes, ...applied } = await measurePeak(contestant, work)
    done.push({ contestant: name, phase, ...applied, peakBytes, requests: await cluster.log.sinceLast(user) })
  }
  await measure('first apply', () => contestant.apply(files.first))
  await measure('no-op', () => contestant.apply(files.first))
  if (cold) await measure('no-op, cold', () => applyOnce(open(cluster.kubeconfig), files.first))
  await measure('one change', () => contestant.apply(files.changed))
  await contestant.watch?.()
  await sleep(WATCHES_STAND_MS)
  await measure('one drifted', () => correct(cluster, contestant, files.changed))
  return done
}

async function applyOnce(contestant: Contestant, file: string): Promise<Applied> {
  await using fresh = contestant
  return await measurePeak(fresh, () => fresh.apply(file))
}

/** A command that has ended tells its own. */
async function measurePeak(
  { pid }: Contestant,
  work: () => Promise<Applied>,
): Promise<Applied & { readonly peakBytes: number }> {
  if (pid !== undefined) await forgetPeak(pid)
  const applied = await work()
  const peakBytes = applied.peakBytes ?? (pid === undefined ? 0 : await peakMemory(pid))
  return { ...applied, peakBytes: peakBytes ?? 0 }
}

/** From the answer to somebody's write until everybody sees the value put back. */
async function correct(cluster: FreshCluster, contestant: Contestant, file: string): Promise<Applied> {
  const stop = new AbortController()
  const back = Promise.withResolvers<number>()
  await watchReplicas(
    cluster.foreign,
    ({ name, namespace }, replicas) => {
      if (name === FIRST.name && namespace === FIRST.namespace && replicas === REPLICAS) back.resolve(performance.now())
    },
    stop.signal,
  )
  await scaleByHand(cluster.foreign, FIRST, REPLICAS + 3)
  const begun = performance.now()
  const applied = contestant.watch ? {} : await contestant.apply(file)
  const late = setTimeout(() => back.reject(new Error('the drift was not taken back')), LONGEST_MS)
  try {
    return { ...applied, milliseconds: (await back.promise) - begun }
  } finally {
    clearTimeout(late)
    stop.abort()
  }
}
