import { setTimeout as sleep } from 'node:timers/promises'
import { labelByHand, watchLabel } from './foreign-write.ts'
import { namespaceOf } from './load.ts'
import { monotonicMs } from './monotonic.ts'
import { nameOf, PART_OF } from './overlays.ts'
import { percentile, round } from './statistics.ts'
import { openScene, type SceneOptions, type WorkerScene } from './worker-scene.ts'

export interface DriftLatency {
  readonly targets: number
  readonly writes: number
  readonly seen: Percentiles
  readonly healed: Percentiles
}

interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly most: number
}

export interface DriftOptions extends Omit<SceneOptions, 'onDrift'> {
  readonly targets: number
  readonly writes: number
  /** All targets get a new commit at the moment of the first write. */
  readonly busy: boolean
}

const GAP_MS = 50
const SETTLED_MS = 5_000
const LONGEST_MS = 120_000

/** Milliseconds from the answer to somebody's write until it stands on the board, and until everybody sees our value again. */
export async function measureDrift(options: DriftOptions): Promise<DriftLatency> {
  const { targets, writes, busy } = options
  const times = new Map<string, { written?: number; seen?: number; healed?: number }>()
  const note = (name: string, what: 'written' | 'seen' | 'healed', at: number) => {
    times.set(name, { [what]: at, ...times.get(name) })
  }
  await using scene = await openScene({ ...options, onDrift: ({ application, at }) => note(application, 'seen', at) })
  await scene.worker.sync(await scene.repository.deploy(targets, '1.0.0'), targets)
  await sleep(SETTLED_MS)
  times.clear()
  const stop = new AbortController()
  const written = new Set<string>()
  await watchLabel(
    scene.cluster.foreign,
    PART_OF.label,
    ({ name }, value) => {
      if (value === FOREIGN) written.add(name)
      else if (value === PART_OF.value && written.has(name)) note(name, 'healed', monotonicMs())
    },
    stop.signal,
  )
  const syncing = busy ? scene.worker.sync(await scene.repository.deploy(targets, '1.0.1'), targets) : undefined
  for (let index = 0; index < writes; index++) {
    await write(scene, index, (name, at) => note(name, 'written', at))
    await sleep(GAP_MS)
  }
  await syncing
  await until(() => [...times.values()].filter(({ healed }) => healed !== undefined).length >= writes)
  stop.abort()
  return summarise(targets, [...times.values()])
}

const FOREIGN = 'somebody'

async function write({ cluster }: WorkerScene, index: number, done: (name: string, at: number) => void): Promise<void> {
  const object = { name: nameOf(index), namespace: namespaceOf(index) }
  await labelByHand(cluster.foreign, object, PART_OF.label, FOREIGN)
  done(object.name, monotonicMs())
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + LONGEST_MS
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('some of the drift was not taken back')
    await sleep(20)
  }
}

function summarise(
  targets: number,
  times: readonly { written?: number; seen?: number; healed?: number }[],
): DriftLatency {
  const complete = times.filter(({ written, healed }) => written !== undefined && healed !== undefined)
  const since = (what: 'seen' | 'healed') =>
    complete.map((one) => Math.max(0, (one[what] ?? (one.healed as number)) - (one.written as number)))
  return {
    targets,
    writes: complete.length,
    seen: percentilesOf(since('seen')),
    healed: percentilesOf(since('healed')),
  }
}

function percentilesOf(numbers: readonly number[]): Percentiles {
  return {
    p50: round(percentile(numbers, 0.5), 1),
    p99: round(percentile(numbers, 0.99), 1),
    most: round(Math.max(...numbers), 1),
  }
}
