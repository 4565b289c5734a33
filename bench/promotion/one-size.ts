import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type MoveTimes, measureMoves } from './moves.ts'
import { makeClone, measurePlans, type PlanTimes } from './plans.ts'
import { openPromotionScene } from './scene.ts'
import { measureSweeps, type SweepFigures } from './sweeps.ts'

/** Everything that is measured of a repository with this many applications. */
export interface SizeFigures {
  readonly applications: number
  readonly plans: PlanTimes
  /** Without an open pull request, and with as many as there were runs. */
  readonly sweeps: readonly [SweepFigures, SweepFigures]
  readonly moves: MoveTimes
}

export interface SizeOptions {
  readonly applications: number
  readonly runs: number
  readonly directory: string
  readonly kustomize: string
  readonly say: (line: string) => void
}

export async function measureSize(options: SizeOptions): Promise<SizeFigures> {
  const { applications, runs, directory, kustomize, say } = options
  await mkdir(directory, { recursive: true })
  say(`${applications} applications: plans`)
  const clone = await makeClone(join(directory, 'clone'), applications)
  const plans = await measurePlans(clone, applications, runs, kustomize)
  say(`${applications} applications: a repository on the local GitHub`)
  const scene = await openPromotionScene(applications, directory)
  try {
    say(`${applications} applications: sweeps and promotions`)
    const atRest = await measureSweeps(scene, runs)
    const moves = await measureMoves(scene, runs)
    const withOpen = await measureSweeps(scene, runs)
    return { applications, plans, sweeps: [atRest, withOpen], moves }
  } finally {
    await scene.close()
  }
}
