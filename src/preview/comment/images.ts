import { plural } from '../drift-words.ts'
import { type ImageMove, imageMovesOf } from '../image-moves.ts'
import type { PreviewReport } from '../preview-report.ts'
import { clip, codeCell, plain } from './inert.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'
import { describeOverlays } from './words.ts'

const LONGEST_NAME = 200

/** Which images move, from which version to which. */
export function images({ groups }: PreviewReport, elsewhere: Elsewhere): Section {
  return {
    name: 'images',
    head: '| image | from | to | in |\n| --- | --- | --- | --- |',
    levels: [itemsOf(imageMovesOf(groups).map(row))],
    rest: (count) => `… and ${plural(count, 'more image change', 'more image changes')}: ${elsewhere}`,
    between: '\n',
    share: 0.15,
  }
}

function row({ from, to, overlays, alike }: ImageMove): string {
  const [old, now] = [cell(from.name), cell(to.name)]
  const name = `${old === now ? old : `${old} → ${now}`}${alike ? ' and its like' : ''}`
  return `| ${name} | ${cell(from.version)} | ${cell(to.version)} | ${plain(describeOverlays(overlays))} |`
}

function cell(text: string): string {
  return codeCell(clip(text, LONGEST_NAME))
}
