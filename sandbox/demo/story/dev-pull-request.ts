import { botComments, gateConcludes, merges, runs } from './expectations.ts'
import { nextMinor, overlayFile, readTag, withTag } from './overlay-text.ts'
import type { Step } from './step.ts'

/** Someone changes an image in dev: the diff is shown, the gate is green, the merge is applied. */
export const devPullRequest: Step = {
  name: 'A pull request changes the image of checkout in dev',
  async play(scene) {
    const file = overlayFile('checkout', 'dev')
    const oldTag = readTag(await scene.ana.file(file))
    const newTag = nextMinor(oldTag)
    Object.assign(scene.notes, { oldTag, newTag })
    const pull = await scene.ana.propose({
      branch: 'checkout-new-version',
      title: `checkout ${newTag} in dev`,
      edit: { [file]: withTag(newTag) },
    })
    await gateConcludes(scene, pull.head.sha, 'success')
    await botComments(scene, pull.number, [oldTag, newTag, 'dev'])
    await scene.ana.merge(pull.number, pull.head.sha)
    await merges(scene, pull.number)
    await runs(scene, 'dev', 'checkout', newTag)
    return `#${pull.number} showed ${oldTag} → ${newTag}, lockstep/gate was green; merged, and dev runs ${newTag}: ${pull.html_url}`
  },
}
