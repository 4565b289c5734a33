import { renderCheck } from '../../model/check-names.ts'
import { environmentsOf } from '../matrix-rows.ts'
import type { PreviewReport } from '../preview-report.ts'
import { code } from './inert.ts'
import { diffCommandOf } from './surface.ts'

const MOST_CHECKS = 8

/** Where to go from here: the whole of it by environment, the same in a clone, and what to answer. */
export function footer(report: PreviewReport): string {
  const checks = environmentsOf(report).slice(0, MOST_CHECKS)
  const full = checks.length > 0 ? [`In full: ${checks.map((name) => `[${renderCheck(name)}]`).join(', ')}`] : []
  const further = checks.length > 0 ? ` ${code('/promote')} to take it further,` : ''
  const answers = `Answer ${code('/plan')} to look again,${further} ${code('/help')} for all commands`
  const clone = checks.length > 0 ? [`In a clone: ${code(diffCommandOf(report))}`] : []
  return `---\n<sub>${[...full, ...clone, answers].join(' · ')}</sub>`
}
