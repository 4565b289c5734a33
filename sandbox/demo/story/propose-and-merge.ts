import type { PullRequestView } from '../github-person.ts'
import { gateConcludes, merges } from './expectations.ts'
import type { Scene } from './step.ts'

/** A pull request of a person's, merged once its gate is green. */
export async function proposeAndMerge(
  scene: Scene,
  change: Parameters<Scene['ana']['propose']>[0],
): Promise<PullRequestView> {
  const pull = await scene.ana.propose(change)
  await gateConcludes(scene, pull.head.sha, 'success')
  await scene.ana.merge(pull.number, pull.head.sha)
  return merges(scene, pull.number)
}
