import type { CarriedChange } from '../carry/carried-change.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import type { Difference } from '../carry/plan-differences.ts'
import { cell, codeSpan, plain } from '../edit/text-escape.ts'
import { printMarker } from './marker.ts'
import { printTrailers } from './trailers.ts'

export interface PromotionText {
  readonly plan: PromotionPlan
  readonly kind: 'promotion' | 'rollback'
  /** Commit of the default branch on which the plan was made. */
  readonly base: string
  readonly requestedBy: string
  /** The comment that asked for it. */
  readonly command?: number
  readonly reason?: string
  /** Where each version of upstream is promoted: the commit whose values it carries. */
  readonly source?: string
  readonly auto: boolean
}

const MOST_ROWS = 100
const LONGEST_TITLE = 250

export function printTitle({ plan, kind }: Pick<PromotionText, 'plan' | 'kind'>): string {
  const { application, from, to, carried } = plan
  const tags = carried.filter(({ path, after }) => after !== null && /\.(newTag|version|ref|image)$/.test(path))
  const [only] = tags
  const what = tags.length === 1 && only?.after ? `${application} ${only.after.split(':').at(-1)}` : application
  const title =
    kind === 'rollback'
      ? `Roll back ${application} in ${to} to ${from.slice(0, 12)}`
      : `Promote ${what} from ${from} to ${to}`
  return title.replace(/\s+/g, ' ').slice(0, LONGEST_TITLE)
}

/** Markdown. Values and names are other people's text and stand in code spans. `head` is the branch's tip. */
export function printBody(text: PromotionText, head?: string): string {
  const { plan, base, command } = text
  return [
    opening(text),
    section('Carried', carriedTable(plan.carried)),
    section('Changed here since the last promotion, and taken back by this one', overwriteTable(plan)),
    section('Kept as it is', differenceTable(plan, plan.kept)),
    section('Different and not explained', differenceTable(plan, plan.unexplained)),
    ending(text),
    printMarker({ planHash: plan.planHash, base, ...(head && { head }), ...(command !== undefined && { command }) }),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Headline and body of the promotion's commit; the trailers are the last paragraph. */
export function printCommit({ plan, kind, requestedBy, source }: PromotionText): { headline: string; body: string } {
  const { application, from, to, planHash } = plan
  const lines = plan.carried
    .slice(0, MOST_ROWS)
    .map(({ path, before, after }) => oneLine(`${path}: ${before ?? '–'} → ${after ?? '–'}`))
  const trailers = printTrailers({ application, from, to, planHash, requestedBy, kind, ...(source && { source }) })
  return { headline: printTitle({ plan, kind }), body: `${lines.join('\n')}\n\n${trailers}` }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200)
}

function opening({ plan, kind, base, requestedBy, reason, source }: PromotionText): string {
  const { application, from, to } = plan
  const app = codeSpan(application)
  const what =
    kind === 'rollback'
      ? `Restores what ${app} had set in ${codeSpan(to)} at ${codeSpan(from)}, on top of everything merged since.`
      : `Carries ${app} from ${codeSpan(from)}${source ? ` as of ${codeSpan(source.slice(0, 12))}` : ''} to ${codeSpan(to)}.`
  const who = `Planned on ${codeSpan(base.slice(0, 12))}, requested by ${codeSpan(requestedBy)}.`
  return [what, who, ...(reason ? [`Reason: ${plain(reason)}`] : [])].join('\n')
}

function ending({ kind, auto }: PromotionText): string {
  if (kind === 'rollback') return 'Merges as soon as its own gates pass; `/hold` stops it, `/cancel` closes it.'
  const how = auto
    ? 'Merges by itself as soon as its gates pass'
    : 'Comment `/promote` to merge it as soon as its gates pass'
  return `${how}; \`/why\` lists them, \`/hold\` stops it, \`/cancel\` closes it.`
}

function section(title: string, table: string): string {
  return table === '' ? '' : `### ${title}\n\n${table}`
}

function carriedTable(changes: readonly CarriedChange[]): string {
  const rows = changes.map(
    ({ path, before, after, file, line }) =>
      `| ${cell(path)} | ${cell(before)} | ${cell(after)} | ${cell(`${file}:${line}`)} |`,
  )
  return table('| field | before | after | file |\n| --- | --- | --- | --- |', rows)
}

function overwriteTable({ overwrites = [] }: PromotionPlan): string {
  const rows = overwrites.map(({ path, promoted, found, upstream, by }) => {
    const who = by ? `${by.commit.slice(0, 12)} ${by.author}: ${by.subject}` : null
    return `| ${cell(path)} | ${cell(promoted)} | ${cell(found)} | ${upstream} | ${cell(who)} |`
  })
  return table(
    '| field | last promoted | found | upstream | file last changed by |\n| --- | --- | --- | --- | --- |',
    rows,
  )
}

function differenceTable({ from, to }: PromotionPlan, differences: readonly Difference[]): string {
  const rows = differences.map((each) => `| ${cell(each.path)} | ${cell(each.from)} | ${cell(each.to)} |`)
  return table(`| field | ${cell(from)} | ${cell(to)} |\n| --- | --- | --- |`, rows)
}

function table(head: string, rows: readonly string[]): string {
  if (rows.length === 0) return ''
  const rest = rows.length > MOST_ROWS ? `\n\n…and ${rows.length - MOST_ROWS} more.` : ''
  return `${head}\n${rows.slice(0, MOST_ROWS).join('\n')}${rest}`
}
