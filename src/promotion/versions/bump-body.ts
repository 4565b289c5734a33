import { cell, codeSpan } from '../edit/text-escape.ts'
import { printBumpMarker, printBumpTrailers } from './bump-branch.ts'
import type { BumpPlan } from './bump-plan.ts'

const MOST_ROWS = 100
const LONGEST_TITLE = 250

export function printBumpTitle({ application, environment, versions }: BumpPlan): string {
  const [only] = versions
  const what = only && versions.length === 1 ? `${application} to ${only.tag}` : application
  return `Bump ${what} in ${environment}`.slice(0, LONGEST_TITLE)
}

/** Markdown. Names and values stand in code spans. */
export function printBumpBody({ application, environment, versions, carried }: BumpPlan): string {
  const rows = carried
    .slice(0, MOST_ROWS)
    .map((each) => `| ${[each.path, each.before, each.after, `${each.file}:${each.line}`].map(cell).join(' | ')} |`)
  const rest = carried.length > MOST_ROWS ? `\n\n…and ${carried.length - MOST_ROWS} more.` : ''
  return [
    `New versions for ${codeSpan(application)} in ${codeSpan(environment)}. From there they are promoted.`,
    `| field | before | after | file |\n| --- | --- | --- | --- |\n${rows.join('\n')}${rest}`,
    'A newer version takes the place of this one here. Closed without merging, these versions are not proposed again.',
    printBumpMarker(versions),
  ].join('\n\n')
}

/** `base` is the commit of the default branch that the plan was made on. */
export function printBumpCommit(plan: BumpPlan, base: string): { readonly headline: string; readonly body: string } {
  return { headline: printBumpTitle(plan), body: printBumpTrailers({ versions: plan.versions, base }) }
}
