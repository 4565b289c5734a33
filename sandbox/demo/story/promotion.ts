import { botComments, gateConcludes, merges, pullRequestOpens, runs } from './expectations.ts'
import { overlayFile } from './overlay-text.ts'
import type { Scene, Step } from './step.ts'

/** The promotion opens by itself, changes nothing but the image, and `/promote` merges it. */
export function promotionTo(environment: string): Step {
  return {
    name: `The promotion of checkout to ${environment} opens by itself; /promote merges it`,
    async play(scene) {
      const { newTag } = scene.notes
      if (!newTag) throw new Error('the new version is set by an earlier step')
      const pull = await pullRequestOpens(scene, `lockstep/promote/${environment}/checkout`)
      await onlyTheImageMoves(scene, pull.number, environment, newTag)
      await gateConcludes(scene, pull.head.sha, 'success', 45)
      await botComments(scene, pull.number, [newTag, environment])
      await scene.ana.comment(pull.number, '/promote')
      await merges(scene, pull.number)
      await runs(scene, environment, 'checkout', newTag)
      return `#${pull.number} moved only the image; /promote merged it and ${environment} runs ${newTag}: ${pull.html_url}`
    },
  }
}

async function onlyTheImageMoves(scene: Scene, number: number, environment: string, tag: string): Promise<void> {
  const changed = await scene.ana.changedLines(number)
  const file = overlayFile('checkout', environment)
  const lines = changed[file] ?? []
  const onlyTags = lines.length === 2 && lines.every((line) => line.includes('newTag'))
  if (
    Object.keys(changed).length !== 1 ||
    !onlyTags ||
    !lines.some((line) => line.startsWith('+') && line.includes(tag))
  )
    throw new Error(`expected only newTag to change in ${file}, found ${JSON.stringify(changed)}`)
}
