import { applicationName, type Environment } from './repository.ts'
import type { PromotionScene } from './scene.ts'

/** Milliseconds of each move, and of one plain answer of this GitHub beside it. */
export interface MoveTimes {
  /** From the report that upstream is healthy to GitHub's answer that the pull request is open. */
  readonly opened: readonly number[]
  /** From GitHub's answer to the approval, which was the last gate, to its answer that the pull request is merged. */
  readonly merged: readonly number[]
  readonly roundTrip: readonly number[]
}

const NEXT_TAG = '1.1.0'

/**
 * Moves `runs` applications, each with nothing else going on. Leaves `runs` promotions into test open, for which nobody asked, and none into
 * staging.
 */
export async function measureMoves(scene: PromotionScene, runs: number): Promise<MoveTimes> {
  const times = { opened: [] as number[], merged: [] as number[], roundTrip: [] as number[] }
  for (let number = 0; number < runs; number += 1) {
    times.opened.push((await opens(scene, applicationName(2 * number), 'dev')).milliseconds)
    times.merged.push(await merges(scene, applicationName(2 * number + 1)))
    times.roundTrip.push(await answer(scene))
  }
  return times
}

/** A new version in an environment becomes healthy there, and is promoted out of it. */
async function opens(
  { bump, calls, clusters, idle, bob, path }: PromotionScene,
  application: string,
  environment: Environment,
): Promise<{ readonly milliseconds: number; readonly number: number }> {
  await bump(application, environment, NEXT_TAG)
  const creation = calls.next('POST', /\/pulls$/)
  const healthyAt = await clusters.becomesHealthy(application, environment)
  const { at } = await creation
  await idle()
  const { body } = await bob.get(`${path}/pulls?state=open&sort=created&direction=desc`)
  if (!body[0]?.title.includes(application)) throw new Error(`no promotion of ${application}: ${body[0]?.title}`)
  return { milliseconds: at - healthyAt, number: body[0].number }
}

/** Staging promotes by itself once somebody has approved. The environment before test has the same, so that nothing is promoted into test. */
async function merges(scene: PromotionScene, application: string): Promise<number> {
  const { bob, bump, calls, idle, path } = scene
  await bump(application, 'dev', NEXT_TAG)
  const { number } = await opens(scene, application, 'test')
  const merge = calls.next('PUT', /\/merge$/)
  const approval = await bob.post(`${path}/pulls/${number}/reviews`, { event: 'APPROVE' })
  const approvedAt = performance.now()
  if (approval.status !== 200) throw new Error(`the approval of #${number} was answered ${approval.status}`)
  const { at } = await merge
  await idle()
  const { body } = await bob.get(`${path}/pulls/${number}`)
  if (!body.merged) throw new Error(`#${number} was not merged`)
  return at - approvedAt
}

async function answer({ bob, path }: PromotionScene): Promise<number> {
  const asked = performance.now()
  await bob.get(`${path}/pulls/1`)
  return performance.now() - asked
}
