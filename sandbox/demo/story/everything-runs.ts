import { runs } from './expectations.ts'
import { overlayFile, readTag } from './overlay-text.ts'
import type { Step } from './step.ts'

const ENVIRONMENTS = ['dev', 'staging', 'prod']

/** The worker finds an empty cluster and brings it to the default branch. */
export const everythingRuns: Step = {
  name: 'Lockstep brings the empty cluster to the default branch',
  async play(scene) {
    for (const environment of ENVIRONMENTS) {
      for (const application of ['checkout', 'cart']) {
        const tag = readTag(await scene.ana.file(overlayFile(application, environment)))
        await runs(scene, environment, application, tag)
      }
    }
    return `checkout and cart run in ${ENVIRONMENTS.join(', ')}`
  },
}
