import { gateConcludes, merges, pullRequestOpens, runs } from './expectations.ts'
import { nextMinor, overlayFile, readTag, withTag } from './overlay-text.ts'
import { proposeAndMerge } from './propose-and-merge.ts'
import type { Scene, Step } from './step.ts'

const SOAK_SECONDS = 2

/** The rules of an environment are changed by a pull request too, whose check says what it makes easier. */
export const stagingGoesOnByItself: Step = {
  name: `A pull request lets staging promote by itself, once dev was healthy for ${SOAK_SECONDS} s`,
  async play(scene) {
    const pull = await scene.ana.propose({
      branch: 'staging-by-itself',
      title: 'Promote to staging without being asked',
      edit: {
        '.lockstep.yaml': (text) =>
          text.replace(
            '  - name: staging\n',
            `  - name: staging\n    promote: auto\n    gates: { soak: ${SOAK_SECONDS}s }\n`,
          ),
      },
    })
    const gate = await gateConcludes(scene, pull.head.sha, 'success')
    for (const part of ['staging', 'promote', 'manual', 'auto'])
      if (!gate.includes(part)) throw new Error(`the gate does not say ${part} of what gets easier: ${gate}`)
    await scene.ana.merge(pull.number, pull.head.sha)
    await merges(scene, pull.number)
    return `lockstep/gate of #${pull.number} told that staging gets easier to change, promote: manual → auto; merged: ${pull.html_url}`
  },
}

/** Nobody asks and nobody merges: health, the soak and the gate do. */
export const promotionByItself: Step = {
  name: 'A new version of search soaks, and is promoted to staging by itself',
  async play(scene) {
    const tag = nextMinor(readTag(await scene.ana.file(overlayFile('search', 'dev'))))
    const inDev = await bringToDev(scene, tag)
    await runs(scene, 'dev', 'search', tag)
    const pull = await pullRequestOpens(scene, 'lockstep/promote/staging/search')
    const promoted = await merges(scene, pull.number)
    const seconds = (Date.parse(promoted.merged_at ?? '') - Date.parse(inDev.merged_at ?? '')) / 1000
    // GitHub tells whole seconds.
    if (!(seconds > SOAK_SECONDS - 1)) throw new Error(`merged ${seconds} s after dev got it, before it soaked`)
    const said = (await scene.ana.comments(pull.number)).filter(({ user }) => user.login !== scene.bot)
    if (said.length > 0) throw new Error(`somebody asked for it: ${said[0]?.body}`)
    await runs(scene, 'staging', 'search', tag)
    return `#${pull.number} opened when dev ran ${tag} and merged itself after the soak; staging runs it: ${pull.html_url}`
  },
}

export function bringToDev(scene: Scene, tag: string) {
  return proposeAndMerge(scene, {
    branch: `search-${tag}`,
    title: `search ${tag} in dev`,
    edit: { [overlayFile('search', 'dev')]: withTag(tag) },
  })
}
