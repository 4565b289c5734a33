import { setTimeout as sleep } from 'node:timers/promises'
import { descendantPeaks, peakMemory } from './process-memory.ts'
import { round } from './statistics.ts'
import { openScene, type SceneOptions } from './worker-scene.ts'

export interface Mttp {
  readonly targets: number
  /** From the push until every target holds the commit. */
  readonly firstSeconds: number
  /** The same again for a commit that changes the image of all. */
  readonly updateSeconds: number
  /** Megabytes: the most the worker had resident, and its children by name. */
  readonly workerMegabytes: number
  readonly childrenMegabytes: Readonly<Record<string, number>>
}

/** Long enough to have found nothing to do. */
const SETTLED_MS = 2_000

/** So many applications of four objects arrive in one push, as in Flux's published benchmark. */
export async function measureMttp(options: SceneOptions, targets: number): Promise<Mttp> {
  await using scene = await openScene(options)
  const { repository, worker } = scene
  await sleep(SETTLED_MS)
  const first = await worker.sync(await repository.deploy(targets, '1.0.0'), targets)
  const update = await worker.sync(await repository.deploy(targets, '1.0.1'), targets)
  return {
    targets,
    firstSeconds: round(first / 1000, 2),
    updateSeconds: round(update / 1000, 2),
    workerMegabytes: round(((await peakMemory(worker.pid)) ?? 0) / 1024 ** 2),
    childrenMegabytes: await descendantPeaks(worker.pid),
  }
}
