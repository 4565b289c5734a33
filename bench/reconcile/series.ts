import { setTimeout as sleep } from 'node:timers/promises'
import type { Applied, Contestant } from './contestants.ts'
import { type Named, scaleByHand, watchReplicas } from './foreign-write.ts'
import { type FreshCluster, startFresh } from './fresh-cluster.ts'
import { REPLICAS } from './load.ts'
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
  readonly load: LoadFiles
}

export interface LoadFiles {
  readonly first: string
  /** The same but for one Deployment. */
  readonly changed: string
  /** That one, which drifts too. */
  readonly middle: Named
}

const WATCHES_STAND_MS = 1_500
const LONGEST_MS = 60_000

/** All phases of one contestant on a cluster of its own. */
export async function runSeries(options: SeriesOptions): Promise<Measured[]> {
  const { load, user, cold, open, name } = options
  await using cluster = await startFresh(options.programs.controlPlane)
  const done: Measured[] = []
  await using contestant = open(cluster.kubeconfig)
  const measure = async (phase: Phase, work: () => Promise<Applied>) => {
    await cluster.log.sinceLast(user)
    const { peakBytes, ...applied } = await measurePeak(contestant, work)
    done.push({ contestant: name, phase, ...applied, peakBytes, requests: await cluster.log.sinceLast(user) })
  }
  await measure('first apply', () => contestant.apply(load.first))
  await measure('no-op', () => contestant.apply(load.first))
  if (cold) await measure('no-op, cold', () => applyOnce(open(cluster.kubeconfig), load.first))
  await measure('one change', () => contestant.apply(load.changed))
  await contestant.watch?.()
  await sleep(WATCHES_STAND_MS)
  await measure('one drifted', () => correct(cluster, contestant, load))
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
async function correct(cluster: FreshCluster, contestant: Contestant, load: LoadFiles): Promise<Applied> {
  const { middle, changed } = load
  const stop = new AbortController()
  const back = Promise.withResolvers<number>()
  await watchReplicas(
    cluster.foreign,
    ({ name, namespace }, replicas) => {
      if (name === middle.name && namespace === middle.namespace && replicas === REPLICAS)
        back.resolve(performance.now())
    },
    stop.signal,
  )
  await scaleByHand(cluster.foreign, middle, REPLICAS + 3)
  const begun = performance.now()
  const applied = contestant.watch ? {} : await contestant.apply(changed)
  const late = setTimeout(() => back.reject(new Error('nobody took the drift back')), LONGEST_MS)
  try {
    return { ...applied, milliseconds: (await back.promise) - begun }
  } finally {
    clearTimeout(late)
    stop.abort()
  }
}
