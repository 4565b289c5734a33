import type { Overwrite } from '../../promotion/carry/overwrites.ts'
import type { PromotionPlan } from '../../promotion/carry/plan.ts'
import type { Difference } from '../../promotion/carry/plan-differences.ts'
import { cell, codeSpan } from '../../promotion/edit/text-escape.ts'

/** For a comment or a job's summary. Values come from files: inside code spans nothing of them is markup, mention or link. */
export function planMarkdown(plan: PromotionPlan): string {
  const { application, from, to, carried, kept, unexplained, overwrites = [], planHash } = plan
  const title = `### ${codeSpan(application)}: ${codeSpan(from)} → ${codeSpan(to)}`
  const moves = carried.map((change) => [change.path, change.before, change.after, `${change.file}:${change.line}`])
  const parts = [
    title,
    carried.length > 0 ? table(['carried', 'before', 'after', 'where'], moves) : 'Nothing to promote.',
    ...takenBack(overwrites),
    ...differences('Kept as it is', kept, from, to),
    ...differences('Different, and no rule explains it', unexplained, from, to),
    `Plan ${codeSpan(planHash.slice(0, 12))}`,
  ]
  return parts.join('\n\n')
}

function takenBack(overwrites: readonly Overwrite[]): string[] {
  if (overwrites.length === 0) return []
  const rows = overwrites.map(({ path, promoted, found, upstream, by }) => {
    return [path, promoted, found, upstream, by ? `${by.commit.slice(0, 12)} ${by.author}: ${by.subject}` : null]
  })
  const head = ['field', 'last promoted', 'found', 'upstream', 'file last changed by']
  return ['Changed since the last promotion, and taken back by this one:', table(head, rows)]
}

function differences(title: string, list: readonly Difference[], from: string, to: string): string[] {
  if (list.length === 0) return []
  const rows = list.map((each) => [each.path, each.from, each.to])
  return [`${title}:`, table(['field', cell(from), cell(to)], rows)]
}

/** The head is Markdown already; the cells are other people's text. */
function table(head: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map((cells) => line(cells.map(cell)))].join('\n')
}
