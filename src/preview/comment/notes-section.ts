import type { Resolution } from '../../model/vendor.ts'
import { plural } from '../drift-words.ts'
import { type OverlayPreview, overlayName } from '../overlay-preview.ts'
import type { PreviewReport } from '../preview-report.ts'
import { reportedResolutions, shortContent } from '../resolutions.ts'
import { alertHead, quoted } from './alert.ts'
import { clip, code, plain } from './inert.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'

/** Remote content that is not what it was: it changes what is deployed though no file here does. */
export function movedSection({ overlays }: PreviewReport, elsewhere: Elsewhere): Section {
  const { moved } = reportedResolutions(overlays)
  const line = (one: Resolution) => `was ${code(shortContent(one.movedFrom ?? ''))}, is ${content(one)} now`
  return {
    name: 'moved',
    head: alertHead('WARNING'),
    levels: [itemsOf(moved.map((one) => quoted(`- **Moved**: ${describeReference(one)} ${line(one)}`)))],
    rest: (count) => `… and ${plural(count, 'more moved reference', 'more moved references')}: ${elsewhere}`,
    between: '\n',
    share: 0.1,
  }
}

/** What a reader should know: that the rules themselves change, and remote content that may move. */
export function notesSection({ overlays, notes }: PreviewReport, elsewhere: Elsewhere): Section {
  const { floating, pinned } = reportedResolutions(overlays)
  return {
    name: 'notes',
    head: '**Notes**',
    levels: [
      itemsOf([
        ...notes.filter((note) => note.trim() !== '').map((note) => `- ${plain(note.trim())}`),
        ...floating.map((one) => `- Not pinned: ${describeReference(one)} is ${content(one)} now`),
        ...pinnedLine(pinned.length),
        ...overlays.flatMap(unstableLine),
      ]),
    ],
    rest: (count) => `… and ${plural(count, 'more note', 'more notes')}: ${elsewhere}`,
    between: '\n',
    share: 0.1,
  }
}

const NAMED = 3

/** A chart that makes up a password or a certificate would show as changed for ever. */
function unstableLine({ overlay, unstable = [] }: OverlayPreview): string[] {
  if (unstable.length === 0) return []
  const named = unstable.slice(0, NAMED).map((label) => code(clip(label, 200)))
  const more = unstable.length > NAMED ? ` and ${unstable.length - NAMED} more` : ''
  const name = plain(overlayName(overlay))
  return [`- ${name} renders differently every time, so this is not compared: ${named.join(', ')}${more}`]
}

function pinnedLine(count: number): string[] {
  if (count === 0) return []
  return [`- ${plural(count, 'remote base or chart is', 'remote bases and charts are')} taken in, pinned by content`]
}

function describeReference({ kind, reference, file, line }: Resolution): string {
  const what = kind === 'base' ? 'remote base' : 'chart'
  return `${what} ${code(clip(reference, 200))} of ${code(clip(`${file}:${line}`, 200))}`
}

function content({ content }: Resolution): string {
  return code(shortContent(content))
}
