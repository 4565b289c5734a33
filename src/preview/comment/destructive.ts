import { createHash } from 'node:crypto'
import type { Overlay } from '../../model/target.ts'
import { plural } from '../drift-words.ts'
import type { MaskedChange } from '../mask-changes.ts'
import { overlayName } from '../overlay-preview.ts'
import type { PreviewReport } from '../preview-report.ts'
import { alertHead, quoted } from './alert.ts'
import { clip, code, plain } from './inert.ts'
import { likeness } from './likeness.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'
import { describeOverlays, shortPath } from './words.ts'

/** What is lost: objects that go or are renamed, and those that can only change by being made anew. */
export function destructive({ groups }: PreviewReport, elsewhere: Elsewhere): Section {
  const found = groups.flatMap((group) => group.changes.flatMap((change) => losses(change, group.overlays)))
  const lines = [...Map.groupBy(found, ({ text, why }) => `${text}\n${why}`).values()].map((members) => {
    const where = plain(describeOverlays(members.flatMap((loss) => loss.overlays)))
    const [{ text, why }] = members as [Loss]
    return quoted(`- ${text} in ${where}${why && `: ${why}`}`)
  })
  return {
    name: 'destructive',
    head: alertHead('CAUTION'),
    levels: [itemsOf(lines)],
    rest: (count) => `… and ${plural(count, 'more deletion', 'more deletions')}: ${elsewhere}`,
    between: '\n',
    share: 0.2,
  }
}

interface Loss {
  readonly text: string
  readonly why: string
  readonly overlays: readonly Overlay[]
}

function losses(change: MaskedChange, overlays: readonly Overlay[]): Loss[] {
  const object = code(clip(change.object, 300))
  const like = likeness(change.object, overlays)
  if (change.verb === 'removed') return [{ text: `**Deletes** ${object}${like}`, why: '', overlays }]
  const gone = change.facts.find((fact) => fact.class === 'delete')
  const fixed = change.facts.filter((fact) => fact.class === 'immutable')
  const fields = fixed.map((fact) => code(clip(shortPath(fact.path), 160))).join(', ')
  const renames = {
    text: `**Renames** ${code(clip(gone?.object ?? '', 300))} to ${object}${like}`,
    why: 'the old one is deleted',
  }
  const recreates = { text: `**Has to be recreated**: ${object}${like}`, why: `${fields} cannot be changed in place` }
  return [...(gone ? [renames] : []), ...(fixed.length > 0 ? [recreates] : [])].map((loss) => ({ ...loss, overlays }))
}

/** A loss in one overlay. */
export interface NamedLoss {
  /** 8 hexadecimal digits that stay the same from push to push. */
  readonly id: string
  readonly environment: string
  /** A line of Markdown without its bullet. */
  readonly text: string
}

/** Every loss in every overlay, on its own. */
export function lossesOf({ overlays }: Pick<PreviewReport, 'overlays'>): NamedLoss[] {
  return overlays.flatMap(({ overlay, changes }) =>
    changes
      .flatMap((change) => losses(change, [overlay]))
      .map(({ text, why }) => ({
        id: createHash('sha256').update(`${overlay.path}\n${text}`).digest('hex').slice(0, 8),
        environment: overlay.environment,
        text: `${text} in ${plain(overlayName(overlay))}${why && `: ${why}`}`,
      })),
  )
}

/** Objects that are gone afterwards, renamed ones with them. */
export function isLost({ facts }: MaskedChange): boolean {
  return facts.some((fact) => fact.class === 'delete')
}
