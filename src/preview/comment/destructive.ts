import { plural } from '../drift-words.ts'
import { type Loss, lossesOf } from '../losses.ts'
import type { PreviewReport } from '../preview-report.ts'
import { alertHead, quoted } from './alert.ts'
import { clip, code, plain } from './inert.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'
import { describeOverlays, shortPath } from './words.ts'

/** What is lost: objects that go or are renamed, and those that can only change by being made anew. */
export function destructive({ groups }: PreviewReport, elsewhere: Elsewhere): Section {
  return {
    name: 'destructive',
    head: alertHead('CAUTION'),
    levels: [itemsOf(lossesOf(groups).map((loss) => quoted(`- ${describeLoss(loss)}`)))],
    rest: (count) => `… and ${plural(count, 'more deletion', 'more deletions')}: ${elsewhere}`,
    between: '\n',
    share: 0.2,
  }
}

/** What is lost, where, and why: a line of Markdown without its bullet. */
export function describeLoss({ kind, object, from = '', fields, overlays, alike }: Loss): string {
  const what = `${name(object)}${alike ? ' and its like' : ''}`
  const where = `in ${plain(describeOverlays(overlays))}`
  if (kind === 'deleted') return `**Deletes** ${what} ${where}`
  if (kind === 'renamed') return `**Renames** ${name(from)} to ${what} ${where}: the old one is deleted`
  const fixed = fields.map((field) => code(clip(shortPath(field), 160))).join(', ')
  return `**Has to be recreated**: ${what} ${where}: ${fixed} cannot be changed in place`
}

function name(object: string): string {
  return code(clip(object, 300))
}
