import { plural } from '../drift-words.ts'
import type { ChangeGroup } from '../group-changes.ts'
import { groupMark } from '../group-marks.ts'
import { isImageMove } from '../image-moves.ts'
import type { MaskedChange, MaskedFact } from '../mask-changes.ts'
import type { PreviewReport } from '../preview-report.ts'
import { partUnusual } from '../unusual.ts'
import { clip, code, html, plain } from './inert.ts'
import type { Item, Section } from './section.ts'
import type { Elsewhere } from './surface.ts'
import { applicationsByPlace, describeField, describeMany, describeOverlays } from './words.ts'

const MOST_FIELDS = 30
const MOST_NAMED = 6

/** One change with what is said of it: what is unusual first, and why. */
export interface ListedGroup {
  readonly group: ChangeGroup
  readonly why?: string
}

/** In the order in which they are read. */
export function listedGroups({ groups, stages }: PreviewReport): ListedGroup[] {
  const { unusual, usual } = partUnusual(groups, stages)
  return [...unusual, ...usual.map((group) => ({ group }))]
}

/** Each change once, with every overlay it happens in: all fields, or where there is no room for those, counts. */
export function changes(report: PreviewReport, elsewhere: Elsewhere): Section {
  const listed = listedGroups(report)
  const item = (text: string): Item => ({ text, count: 1 })
  return {
    name: 'changes',
    head: '',
    levels: [
      listed.map((one) =>
        item([groupTitle(one, report), ...fields(one, elsewhere), overlayList(one)].filter(Boolean).join('\n')),
      ),
      listed.map((one) => item([groupTitle(one, report), ...fields(one, elsewhere)].join('\n'))),
      listed.map((one) => item(`${groupTitle(one, report)} · ${counts(one)}`)),
    ],
    rest: (count) => `… and ${plural(count, 'more change', 'more changes')}: ${elsewhere}`,
    between: '\n\n',
    share: 0.9,
  }
}

function groupTitle({ group, why }: ListedGroup, { groups }: PreviewReport): string {
  const { overlays } = group
  const mark = groupMark(groups, group)
  const unusual = why === undefined ? '' : ` · **unusual**: ${plain(why)}`
  const same = overlays.length > 1 ? ` · the same change in ${plural(overlays.length, 'overlay', 'overlays')}` : ''
  const named = plain(describeOverlays(overlays))
  const many = plain(describeMany(overlays))
  return `${mark ? `${mark} ` : ''}**${named}**${named === many ? ' change alike' : same}${unusual}`
}

function fields({ group }: ListedGroup, elsewhere: Elsewhere): string[] {
  let left = MOST_FIELDS
  const lines = group.changes.flatMap((change) => {
    const shown = byWeight(change.facts).slice(0, Math.max(0, left))
    left -= change.facts.length
    return shown.length > 0 ? objectLines(change, shown) : []
  })
  return left < 0 ? [...lines, `- … and ${plural(-left, 'more field', 'more fields')}: ${elsewhere}`] : lines
}

/** An object with one field is a line, with more a line and a list. Images have a table of their own. */
function objectLines(change: MaskedChange, facts: readonly MaskedFact[]): string[] {
  const object = code(clip(change.object, 300))
  if (change.verb !== 'changed') return [`- ${object}: ${change.verb === 'added' ? '**new object**' : '**deleted**'}`]
  const moves = facts.filter(isImageMove)
  const said = [
    ...(moves.length > 0 ? ['image, see above'] : []),
    ...facts.filter((fact) => !isImageMove(fact)).map(describeField),
    ...(change.followers.length > 0 ? [`is generated, so ${followerNames(change.followers)} rolls`] : []),
  ]
  return said.length === 1 ? [`- ${object} ${said[0]}`] : [`- ${object}`, ...said.map((line) => `  - ${line}`)]
}

const WEIGHT: Readonly<Partial<Record<MaskedFact['class'], number>>> = {
  immutable: 0,
  image: 1,
  replicas: 2,
  rbac: 3,
  metadata: 9,
}

function byWeight(facts: readonly MaskedFact[]): MaskedFact[] {
  return [...facts].sort((a, b) => (WEIGHT[a.class] ?? 5) - (WEIGHT[b.class] ?? 5))
}

function followerNames(followers: readonly string[]): string {
  const shown = followers
    .slice(0, MOST_NAMED)
    .map((name) => code(clip(name, 120)))
    .join(', ')
  return followers.length > MOST_NAMED ? `${shown} and ${followers.length - MOST_NAMED} more` : shown
}

/** For a group that is counted rather than named: its overlays, by where they are. */
function overlayList({ group: { overlays } }: ListedGroup): string {
  if (describeOverlays(overlays) !== describeMany(overlays)) return ''
  const lines = applicationsByPlace(overlays).map(
    ({ where, applications }) => `<b>${html(where)}</b>: ${applications.map(html).join(', ')}`,
  )
  return `\n<details><summary>all ${plural(overlays.length, 'overlay', 'overlays')}</summary>\n\n${lines.join('<br>\n')}\n\n</details>`
}

function counts({ group: { changes } }: ListedGroup): string {
  const facts = changes.reduce((sum, change) => sum + change.facts.length, 0)
  return `${plural(facts, 'field', 'fields')} of ${plural(changes.length, 'object', 'objects')}`
}
