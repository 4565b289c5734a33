import { merges, pullRequestOpens, runs } from './expectations.ts'
import { nextMinor, overlayFile, readTag, withTag } from './overlay-text.ts'
import { proposeAndMerge } from './propose-and-merge.ts'
import type { Step } from './step.ts'

/** `/rollback` restores what the promotion before last had set, and nothing of other applications. */
export const rollbackProd: Step = {
  name: '/rollback prod checkout opens the pull request that restores the version before',
  async play(scene) {
    const { oldTag, prodPull } = scene.notes
    if (!oldTag || !prodPull) throw new Error('the story before has to be played')
    const cartFile = overlayFile('cart', 'prod')
    const cartTag = nextMinor(readTag(await scene.ana.file(cartFile)))
    const everywhere = ['dev', 'staging', 'prod'].map((name) => [overlayFile('cart', name), withTag(cartTag)])
    await proposeAndMerge(scene, {
      branch: 'cart-everywhere',
      title: `cart ${cartTag} in every environment at once`,
      edit: Object.fromEntries(everywhere),
    })
    await runs(scene, 'prod', 'cart', cartTag)
    await scene.ana.comment(prodPull, '/rollback prod checkout --reason "errors at payment"')
    const pull = await pullRequestOpens(scene, 'lockstep/rollback/prod/checkout')
    await merges(scene, pull.number)
    await runs(scene, 'prod', 'checkout', oldTag)
    const [checkout, cart] = await Promise.all([
      scene.ana.file(overlayFile('checkout', 'prod')),
      scene.ana.file(cartFile),
    ])
    if (readTag(checkout) !== oldTag || readTag(cart) !== cartTag)
      throw new Error(
        `main has checkout ${readTag(checkout)} and cart ${readTag(cart)}, expected ${oldTag} and ${cartTag}`,
      )
    return `#${pull.number} merged: prod runs checkout ${oldTag} again, and cart keeps its newer ${cartTag}: ${pull.html_url}`
  },
}
