import { setTimeout as sleep } from 'node:timers/promises'
import type { Applied, Contestant } from './contestants.ts'
import { scaleByHand, watchReplicas } from './foreign-write.ts'
import { type FreshCluster, startFresh } from './fresh-cluster.ts'
import { FIRST, REPLICAS } from './load.ts'
import type { BenchPrograms } from './programs.ts'
import type { Requests } from './request-log.ts'

export const PHASES = ['first apply', 'no-op', 'no-op, cold', 'one change', 'one drifted'] as const
export type Phase = (typeof PHASES)[number]

export interface Measured extends Applied {
  readonly contestant: string
  readonly phase: Phase
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
  const measure = async (phase: Phase, work: () => Promise<Applied>) => {
    await cluster.log.sinceLast(user)
    const applied = await work()
    done.push({ contestant: name, phase, ...applied, requests: await cluster.log.sinceLast(user) })
  }
  await using contestant = open(cluster.kubeconfig)
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
  return await fresh.apply(file)
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
  const applied = contestant.watch ? undefined : await contestant.apply(file)
  const late = setTimeout(() => back.reject(new Error('the drift was not taken back')), LONGEST_MS)
  try {
    return { milliseconds: (await back.promise) - begun, peakBytes: applied?.peakBytes ?? 0 }
  } finally {
    clearTimeout(late)
    stop.abort()
  }
}
