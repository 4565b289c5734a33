import { diffText } from '../../src/cli/diff-text.ts'
import type { Problem } from '../../src/model/errors.ts'
import type { Mirror } from '../../src/model/mirror.ts'
import type { Renderer } from '../../src/model/renderer.ts'
import type { Tree } from '../../src/model/tree.ts'
import { checkReports } from '../../src/preview/check-output.ts'
import { previewComment } from '../../src/preview/comment.ts'
import type { OverlayPreview } from '../../src/preview/overlay-preview.ts'
import { previewClone } from '../../src/preview/preview-clone.ts'
import { reportJson } from '../../src/preview/preview-report.ts'
import { type Hostile, hostileTree, soundTree } from './hostile.ts'

const [BASE, HEAD] = ['b'.repeat(40), 'a'.repeat(40)] as const

/** What a pull request that brings the hostile files gets. */
export interface Seen {
  /** By application. */
  readonly overlays: ReadonlyMap<string, OverlayPreview>
  /** Of the overlay under attack, else of the repository. */
  readonly problems: readonly Problem[]
  readonly comment: string
  /** What a terminal shows. */
  readonly text: string
  /** All that is written anywhere. */
  readonly everything: string
}

export async function lookAt(renderer: Renderer, hostile: Hostile): Promise<Seen> {
  const report = await previewClone(
    { mirror: mirrorOf(hostileTree(hostile)), renderer },
    { base: BASE, head: HEAD, signal: new AbortController().signal, choose: () => () => true },
  )
  const comment = previewComment(report).text
  const text = diffText(report, { paint: (_style, words) => words, columns: undefined, full: true })
  const json = JSON.stringify(reportJson(report, {}, 0))
  const checks = JSON.stringify(checkReports(report, HEAD, []))
  const overlays = new Map(report.overlays.map((one) => [one.overlay.application, one]))
  const ofWeb = overlays.get('web')?.problems ?? []
  return {
    overlays,
    problems: ofWeb.length > 0 ? ofWeb : report.problems,
    comment,
    text,
    everything: [comment, text, json, checks].join('\n'),
  }
}

function mirrorOf(head: Tree): Mirror {
  return {
    tree: async (commit: string) => (commit === BASE ? soundTree() : head),
    merge: async () => ({ tree: head }),
  } as unknown as Mirror
}
