import { bringToDev } from './automatic-promotion.ts'
import { botComments, deploymentSays } from './expectations.ts'
import { nextMinor, overlayFile, readTag } from './overlay-text.ts'
import type { Step } from './step.ts'

/** Its pods never start, so it goes nowhere, and anybody may ask why. */
export const brokenVersion: Step = {
  name: 'A version of search that never starts is stopped; /why tells by what',
  async play(scene) {
    const { prodPull } = scene.notes
    if (!prodPull) throw new Error('the story before has to be played')
    const good = readTag(await scene.ana.file(overlayFile('search', 'staging')))
    const broken = `${nextMinor(good)}-broken`
    await deploymentSays(scene, await bringToDev(scene, broken), 'dev', 'not everything is healthy yet')
    await scene.ana.comment(prodPull, '/why staging search')
    await botComments(scene, prodPull, ['search', 'staging', 'UPSTREAM_NOT_HEALTHY'])
    const open = (await scene.ana.openPullRequests()).find(({ head }) => head.ref === 'lockstep/promote/staging/search')
    if (open) throw new Error(`#${open.number} would promote a version that does not run`)
    const staging = await scene.kubernetes.deployment('staging', 'search')
    if (!staging?.image.endsWith(`:${good}`)) throw new Error(`staging was given ${staging?.image}`)
    return `dev cannot start ${broken}, staging keeps ${good}; /why on #${prodPull} says UPSTREAM_NOT_HEALTHY`
  },
}
