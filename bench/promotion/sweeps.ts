import type { PromotionScene } from './scene.ts'

/** Sweeps that find nothing to do. */
export interface SweepFigures {
  readonly pullRequests: number
  readonly milliseconds: readonly number[]
  /** CPU of the process in which everything runs, the local GitHub too. */
  readonly cpu: readonly number[]
  /** Calls to GitHub of each sweep by route, fetches among them. The work of one look is saved where two are asked for at the same time. */
  readonly calls: readonly Calls[]
}

export type Calls = Readonly<Record<string, number>>

export function total(calls: Calls): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0)
}

/** After one that is not counted. Throws where a sweep writes anything: then there was something to do. */
export async function measureSweeps(scene: PromotionScene, runs: number): Promise<SweepFigures> {
  const { body } = await scene.bob.get(`${scene.path}/pulls?state=open&per_page=100`)
  await scene.sweep()
  const figures = { milliseconds: [] as number[], cpu: [] as number[], calls: [] as Calls[] }
  for (let done = 0; done < runs; done += 1) {
    const before = process.cpuUsage()
    const { result, calls } = await scene.calls.of(() => scene.sweep())
    const { user, system } = process.cpuUsage(before)
    figures.milliseconds.push(result)
    figures.cpu.push((user + system) / 1000)
    figures.calls.push(calls)
    const writes = Object.keys(calls).filter((route) => !/^(GET|git fetch)/.test(route))
    if (writes.length > 0) throw new Error(`a sweep with nothing to do wrote: ${writes.join(', ')}`)
  }
  return { pullRequests: body.length, ...figures }
}
