import type { Resolution } from '../../model/vendor.ts'
import { plural } from '../drift-words.ts'
import type { PreviewReport } from '../preview-report.ts'
import { clip, code, plain } from './inert.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'

/** What a reader should know: remote content that moved or may move, and changes of the rules themselves. */
export function notesSection(report: PreviewReport, elsewhere: Elsewhere): Section {
  const resolutions = resolutionsOf(report)
  const moved = resolutions.filter(({ movedFrom }) => movedFrom !== undefined)
  const floating = resolutions.filter(({ pinned, movedFrom }) => !pinned && movedFrom === undefined)
  return {
    name: 'notes',
    head: '**Notes**',
    levels: [
      itemsOf([
        ...moved.map(
          (one) =>
            `- ⚠ **Moved** ${describeReference(one)}: was ${content(one.movedFrom ?? '')}, is ${content(one.content)} now`,
        ),
        ...report.notes.map((note) => `- ${plain(note)}`),
        ...floating.map((one) => `- **Not pinned** ${describeReference(one)}: is ${content(one.content)} now`),
        ...pinnedLine(resolutions),
      ]),
    ],
    rest: (count) => `… and ${plural(count, 'more note', 'more notes')}: ${elsewhere}`,
    between: '\n',
    share: 0.1,
  }
}

/** Each reference with what it stands for, once. */
export function resolutionsOf({ overlays }: Pick<PreviewReport, 'overlays'>): Resolution[] {
  const all = overlays.flatMap((preview) => preview.resolutions)
  return [...new Map(all.map((one) => [JSON.stringify([one.kind, one.reference, one.content]), one])).values()]
}

function pinnedLine(resolutions: readonly Resolution[]): string[] {
  const count = resolutions.filter(({ pinned, movedFrom }) => pinned && movedFrom === undefined).length
  if (count === 0) return []
  return [`- ${plural(count, 'remote base or chart is', 'remote bases and charts are')} taken in, pinned by content`]
}

function describeReference({ kind, reference, file, line }: Resolution): string {
  const what = kind === 'base' ? 'remote base' : 'chart'
  return `${what} ${code(clip(reference, 200))} of ${code(clip(`${file}:${line}`, 200))}`
}

/** The first digits of a commit or of a digest. */
function content(id: string): string {
  return code(id.replace(/^(sha256:)?([0-9a-f]{12})[0-9a-f]+$/, '$1$2'))
}
