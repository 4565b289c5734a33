import { renderCheck } from '../../model/check-names.ts'
import type { PreviewReport } from '../preview-report.ts'
import { code } from './inert.ts'
import { commitName } from './words.ts'

/** Where a reader finds what had no room here: one clause of Markdown, at most 120 characters in a comment. */
export type Elsewhere = string

const MOST_CHECKS = 3
const LONGEST = 110
/** Digits of a commit that mean one commit even in the largest repositories. */
const UNIQUE = 12

/** Labels stand in brackets: whoever posts the comment adds, out of sight, where they lead. */
export function inTheChecks({ overlays }: PreviewReport): Elsewhere {
  const environments = [...new Set(overlays.map(({ overlay }) => overlay.environment))]
  const labels = environments.map((environment) => `[${renderCheck(environment)}]`).join(', ')
  if (environments.length === 0 || environments.length > MOST_CHECKS || labels.length > LONGEST) return 'see [checks]'
  return `see ${labels}`
}

/** A check has no larger one behind it; a terminal has no limit. */
export function inATerminal(report: PreviewReport, environment?: string): Elsewhere {
  const only = environment === undefined ? '' : ` --env ${environment}`
  return `see ${code(`${diffCommandOf(report)}${only} --full`)}`
}

/** What shows the same in a clone. */
export function diffCommandOf({ base, head }: Pick<PreviewReport, 'base' | 'head'>): string {
  const to = commitName(head) === head ? '' : ` --head ${head.slice(0, UNIQUE)}`
  return `lockstep diff --base ${base.slice(0, UNIQUE)}${to}`
}
