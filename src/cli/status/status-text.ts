import { oneLine } from '../../preview/comment/inert.ts'
import { plural } from '../../preview/drift-words.ts'
import type { SeenTarget } from '../../reconcile/report/look-at-target.ts'
import type { Paint } from '../colour.ts'
import { displayWidth, fitTo } from '../display-width.ts'
import { cellOf, detailsOf, moodOf, placeOf } from './target-words.ts'

const GAP = '  '
const LEAST_NAME = 12
/** Details of one target; a reader of more asks for that target alone. */
const MOST_DETAILS = 4

export interface StatusTextOptions {
  readonly paint: Paint
  /** Width of the terminal; undefined where the output goes elsewhere, and nothing is shortened. */
  readonly columns: number | undefined
  readonly now: Date
}

/** Applications down, environments across; then what there is to know of those that are not simply fine; then a line that sums it up. */
export function statusText(seen: readonly SeenTarget[], options: StatusTextOptions): string {
  const table = matrix(seen, options) ?? list(seen, options)
  const details = detailLines(seen, options)
  return `${[table, details, [summary(seen)]]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** undefined where the terminal is too narrow for it. */
function matrix(seen: readonly SeenTarget[], { paint, columns, now }: StatusTextOptions): string[] | undefined {
  const places = [...new Set(seen.map(placeName))]
  const rows = [...Map.groupBy(seen, ({ status }) => status.target.application)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  )
  const widths = places.map((place) => widest([place, ...seen.filter(at(place)).map((one) => cellOf(one, now))]))
  const names = widest(rows.map(([name]) => oneLine(name)))
  const others = widths.reduce((sum, width) => sum + width + GAP.length, 0)
  const room = columns === undefined ? names : Math.min(names, columns - others)
  if (seen.length === 0) return []
  if (room < Math.min(names, LEAST_NAME)) return undefined
  const head = [fitTo('', room), ...places.map((place, i) => paint('bold', fitTo(place, widths[i] ?? 0)))]
  const lines = rows.map(([name, own]) => [
    fitTo(oneLine(name), room),
    ...places.map((place, i) => cellText(own.find(at(place)), widths[i] ?? 0, { paint, now })),
  ])
  return [head, ...lines].map((cells) => cells.join(GAP).trimEnd())
}

function cellText(
  one: SeenTarget | undefined,
  width: number,
  { paint, now }: Omit<StatusTextOptions, 'columns'>,
): string {
  if (!one) return fitTo('-', width)
  return paint(moodOf(one.status), fitTo(cellOf(one, now), width))
}

/** The same below each other. */
function list(seen: readonly SeenTarget[], { paint, columns = 80, now }: StatusTextOptions): string[] {
  const cells = seen.map((one) => cellOf(one, now))
  const names = seen.map(placeOf)
  const room = Math.max(LEAST_NAME, Math.min(widest(names), columns - widest(cells) - GAP.length))
  return seen.map((one, i) => `${fitTo(names[i] ?? '', room)}${GAP}${paint(moodOf(one.status), cells[i] ?? '')}`)
}

/** Targets with the same trouble share their lines: where a cluster is away, all of its are in it. */
function detailLines(seen: readonly SeenTarget[], { paint, now }: Omit<StatusTextOptions, 'columns'>): string[] {
  const alike = Map.groupBy(seen, (one) => detailsOf(one, now).join('\n'))
  return [...alike].filter(([text]) => text !== '').flatMap(([text, members]) => groupLines(text, members, paint))
}

function groupLines(text: string, members: readonly SeenTarget[], paint: Paint): string[] {
  const details = text.split('\n')
  const [first] = members as readonly [SeenTarget, ...SeenTarget[]]
  const others = members.length > 1 ? ` and ${members.length - 1} more` : ''
  const left = details.length - MOST_DETAILS
  return [
    paint('bold', `${placeOf(first)}${others}`),
    ...details.slice(0, MOST_DETAILS).map((line) => `  ${line}`),
    ...(left > 0 ? [`  … and ${left} more: add --app ${first.status.target.application} --format json`] : []),
  ]
}

function summary(seen: readonly SeenTarget[]): string {
  const having = (word: string, fits: (one: SeenTarget) => boolean) => {
    const count = seen.filter(fits).length
    return count > 0 ? [`${count} ${word}`] : []
  }
  return [
    plural(seen.length, 'target', 'targets'),
    ...having('synced', ({ status }) => status.sync === 'Synced'),
    ...having('healthy', ({ status }) => status.health === 'Healthy'),
    ...having('drifted', ({ status }) => status.drift.length > 0),
    ...having('with problems', ({ status }) => status.problems.length > 0),
  ].join(', ')
}

function placeName({ status: { target } }: SeenTarget): string {
  const { environment, cluster } = target
  return oneLine(cluster === environment ? environment : `${environment} (${cluster})`)
}

function at(place: string) {
  return (one: SeenTarget) => placeName(one) === place
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(displayWidth))
}
