import { eventually, type Look } from '../eventually.ts'
import { gateConcludes } from './expectations.ts'
import { overlayFile } from './overlay-text.ts'
import type { Step } from './step.ts'

/** Under `policy: report` drift turns the gate of an open pull request red, on the same commit. */
export const driftInProd: Step = {
  name: 'Somebody scales checkout in prod by hand while a pull request for prod is open',
  async play(scene) {
    const pull = await scene.ana.propose({
      branch: 'checkout-team-label',
      title: 'Label checkout in prod with its team',
      edit: { [overlayFile('checkout', 'prod')]: (before) => `${before.trimEnd()}\ncommonAnnotations:\n  team: pay\n` },
    })
    scene.notes.prodPull = pull.number
    await gateConcludes(scene, pull.head.sha, 'success')
    const before = await scene.kubernetes.deployment('prod', 'checkout')
    if (!before) throw new Error('prod has no Deployment checkout')
    await scene.kubernetes.scale('prod', 'checkout', before.replicas + 4)
    const gate = await gateConcludes(scene, pull.head.sha, 'failure')
    for (const part of [
      'spec.replicas',
      String(before.replicas),
      String(before.replicas + 4),
      scene.kubernetes.manager,
    ])
      if (!gate.includes(part)) throw new Error(`the red gate does not name ${part}: ${gate}`)
    return `lockstep/gate of #${pull.number} turned red: spec.replicas live ${before.replicas + 4}, git ${before.replicas}, by ${scene.kubernetes.manager}: ${pull.html_url}`
  },
}

/** A person answers with `/heal prod`: live is back, and the gate turns green on the same commit. */
export const healProd: Step = {
  name: '/heal prod puts prod back',
  async play(scene) {
    const number = scene.notes.prodPull
    if (!number) throw new Error('the open pull request is made by an earlier step')
    const drifted = await scene.kubernetes.deployment('prod', 'checkout')
    await scene.ana.comment(number, '/heal prod')
    const healed = await eventually('prod to be healed', async (): Promise<Look<number>> => {
      const seen = await scene.kubernetes.deployment('prod', 'checkout')
      const back = seen && drifted && seen.replicas === drifted.replicas - 4
      return back ? { found: seen.replicas } : { not: `${seen?.replicas} replicas` }
    })
    const pull = await scene.ana.pullRequest(number)
    await gateConcludes(scene, pull.head.sha, 'success')
    return `live is back at ${healed} replicas and the gate of #${number} is green again on the same commit`
  },
}
