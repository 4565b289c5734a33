import { plural } from '../drift-words.ts'
import type { ChangeGroup } from '../group-changes.ts'
import type { PreviewReport } from '../preview-report.ts'
import { code, plainWithin } from './inert.ts'
import { verdictWords } from './verdict-words.ts'
import { commitName } from './words.ts'

const LONGEST_TITLE = 250
/** Below this many overlays nobody counts what they share. */
const WORTH_SAYING = 10

const VERDICTS = { success: '✅', failure: '⛔ Blocked:', action_required: '⏳ Waiting:' } as const

/** The verdict, then what was compared and how much of it changes. */
export function headline(report: PreviewReport): string {
  const words = plainWithin(verdictWords(report), LONGEST_TITLE)
  return `### ${VERDICTS[report.verdict.conclusion]} ${words}\n\n${compared(report)}`
}

/** Commits, and how much changes between them: a line of Markdown. */
export function compared(report: PreviewReport): string {
  const sides = `${code(commitName(report.head))} into ${code(commitName(report.base))}`
  return [sides, ...amountWords(report, '**')].join(' · ')
}

/** How much is touched; nothing for a single overlay, of which the verdict has said it all. `strong` stands around what is bad. */
export function amountWords({ overlays, groups }: PreviewReport, strong = ''): string[] {
  if (overlays.length < 2) return []
  const changes = overlays.flatMap((overlay) => overlay.changes)
  const having = (verb: string) => changes.filter((change) => change.verb === verb).length
  const at = (status: string) => overlays.filter((overlay) => overlay.status === status).length
  const objects = [
    ...counted(having('added'), 'new'),
    ...counted(having('changed'), 'changed'),
    ...counted(having('removed'), 'deleted', strong),
  ]
  return [
    `${plural(overlays.length, 'overlay', 'overlays')}${shared(groups, overlays.length)}`,
    ...(objects.length > 0 ? [`objects: ${objects.join(', ')}`] : []),
    ...counted(at('error'), at('error') === 1 ? 'overlay broken' : 'overlays broken', strong),
    ...counted(at('unchanged'), 'rendered the same'),
  ]
}

/** How much of it is read at once. */
function shared(groups: readonly ChangeGroup[], all: number): string {
  const common = groups.filter(({ overlays }) => overlays.length > 1)
  const overlays = common.reduce((sum, group) => sum + group.overlays.length, 0)
  if (overlays < WORTH_SAYING) return ''
  const some = overlays === all ? 'all' : overlays.toLocaleString('en-US')
  return `, ${some} of them share ${plural(common.length, 'change', 'changes')}`
}

function counted(count: number, what: string, mark = ''): string[] {
  return count > 0 ? [`${mark}${count.toLocaleString('en-US')} ${what}${mark}`] : []
}
