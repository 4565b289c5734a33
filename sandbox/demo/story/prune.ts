import { eventually, type Look } from '../eventually.ts'
import { deploymentSays } from './expectations.ts'
import { overlayFile } from './overlay-text.ts'
import { proposeAndMerge } from './propose-and-merge.ts'
import type { Scene, Step } from './step.ts'

const CURRENCIES = 'apps/payments/overlays/prod/currencies'

/** What is removed from Git is removed from the cluster. */
export const pruneWithinTheLimit: Step = {
  name: 'An object is removed from Git',
  async play(scene) {
    const merged = await proposeAndMerge(scene, {
      branch: 'no-more-chf',
      title: 'payments no longer takes CHF',
      edit: {
        [`${CURRENCIES}/kustomization.yaml`]: (before) => before.replace('  - chf.yaml\n', ''),
        [`${CURRENCIES}/chf.yaml`]: null,
      },
    })
    await eventually('currency-chf to be pruned', async (): Promise<Look<true>> => {
      const left = await currencies(scene)
      return left.includes('currency-chf') ? { not: left.join(', ') } : { found: true }
    })
    return `ConfigMap/currency-chf was pruned from prod, ${(await currencies(scene)).length} others stay: ${merged.html_url}`
  },
}

/** More than the limit is not pruned without a person's confirmation, and GitHub shows why. */
export const pruneOverTheLimit: Step = {
  name: 'A removal over the prune limit is merged',
  async play(scene) {
    const before = await currencies(scene)
    const merged = await proposeAndMerge(scene, {
      branch: 'no-more-currencies',
      title: 'payments takes no money at all',
      edit: { [overlayFile('payments', 'prod')]: (text) => text.replace(/^ {2}- currencies.*\n/m, '') },
    })
    scene.notes.overLimit = merged.merge_commit_sha ?? ''
    const why = await deploymentSays(scene, merged, 'prod', '/confirm-prune')
    const after = await currencies(scene)
    if (after.join() !== before.join())
      throw new Error(`pruned although over the limit: ${before.join()} became ${after.join()}`)
    return `${after.length} ConfigMaps stay, and the deployment says: ${why}`
  },
}

/** A person with the right to confirms the deletions of exactly that commit. */
export const confirmPrune: Step = {
  name: '/confirm-prune lets the removal through',
  async play(scene) {
    const { prodPull, overLimit } = scene.notes
    if (!prodPull || !overLimit) throw new Error('the story before has to be played')
    await scene.ana.comment(prodPull, `/confirm-prune ${overLimit.slice(0, 12)}`)
    await eventually('the ConfigMaps to be pruned', async (): Promise<Look<true>> => {
      const left = await currencies(scene)
      return left.length > 0 ? { not: left.join(', ') } : { found: true }
    })
    return 'the ConfigMaps that left Git are pruned from prod'
  },
}

async function currencies(scene: Scene): Promise<string[]> {
  return (await scene.kubernetes.configMaps('prod')).filter((name) => name.startsWith('currency-')).sort()
}
