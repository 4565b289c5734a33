import type { Overlay } from '../../model/target.ts'
import { plural } from '../drift-words.ts'
import type { ChangeGroup } from '../group-changes.ts'
import type { MaskedFact } from '../mask-changes.ts'
import type { PreviewReport } from '../preview-report.ts'
import { clip, codeCell, plain } from './inert.ts'
import { likeness } from './likeness.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'
import { describeOverlays } from './words.ts'

const LONGEST_NAME = 200

/** Which images move, from which version to which. */
export function images({ groups }: PreviewReport, elsewhere: Elsewhere): Section {
  const found = groups.flatMap((group) =>
    group.changes.flatMap(({ facts }) => facts.flatMap((fact) => move(fact, group))),
  )
  const rows = [...Map.groupBy(found, ({ text }) => text)].map(([text, members]) => {
    const overlays = new Map(members.flatMap((one) => one.overlays).map((overlay) => [overlay.path, overlay]))
    return `| ${text} | ${plain(describeOverlays([...overlays.values()]))} |`
  })
  return {
    name: 'images',
    head: '| image | from | to | in |\n| --- | --- | --- | --- |',
    levels: [itemsOf(rows)],
    rest: (count) => `… and ${plural(count, 'more image change', 'more image changes')}: ${elsewhere}`,
    between: '\n',
    share: 0.15,
  }
}

/** A container whose image changes: what the table of images shows. */
export function isImageMove(fact: MaskedFact): boolean {
  const { before, after, verb } = fact
  return fact.class === 'image' && verb === 'changed' && typeof before === 'string' && typeof after === 'string'
}

function move(fact: MaskedFact, { overlays }: ChangeGroup): { text: string; overlays: readonly Overlay[] }[] {
  if (!isImageMove(fact)) return []
  const [before, after] = [parseImage(String(fact.before)), parseImage(String(fact.after))]
  const sides = [before, after].map(({ version }) => codeCell(clip(version || 'latest', LONGEST_NAME))).join(' | ')
  const name = codeCell(clip(before.name, LONGEST_NAME))
  const text = before.name === after.name ? name : `${name} → ${codeCell(clip(after.name, LONGEST_NAME))}`
  return [{ text: `${text}${likeness(`${fact.before} ${fact.after}`, overlays)} | ${sides}`, overlays }]
}

/** `registry:5000/shop/web:1.2@sha256:…` → name and `1.2@sha256:0123456789ab…`; the version is empty where there is none. */
export function parseImage(text: string): { name: string; version: string } {
  const [, name = text, tag = '', digest = ''] = /^(.*?)(:[\w][\w.-]{0,127})?(@[\w:.+-]+)?$/s.exec(text) ?? []
  const short = digest.replace(/([0-9a-f]{12})[0-9a-f]{20,}$/, '$1…')
  return { name, version: `${tag}${short}`.replace(/^[:@]/, '') }
}
