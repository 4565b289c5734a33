import type { PullRequest } from '../../model/github.ts'
import { type Json, printJson } from '../../model/json.ts'
import type { Outcome } from '../../model/outcome.ts'
import { cell } from '../../promotion/edit/text-escape.ts'
import type { BumpPlan } from '../../promotion/versions/bump-plan.ts'
import type { Invocation } from '../command.ts'

export interface BumpResult {
  readonly plan: BumpPlan
  readonly isDry: boolean
  /** Of proposing it; absent in a clone. */
  readonly outcome?: Outcome
  readonly pull?: PullRequest
}

/** The answer of `lockstep bump`. */
export function printBump({ format, stdout }: Pick<Invocation, 'format' | 'stdout'>, result: BumpResult): void {
  if (format === 'json') stdout(`${printJson(bumpJson(result))}\n`)
  else if (format === 'markdown') stdout(`${bumpMarkdown(result)}\n`)
  else stdout(bumpText(result))
}

/** As `promote` answers; nothing comes before a first environment, so `from` is null. */
function bumpJson({ plan, outcome, pull }: BumpResult): Json {
  const { application, environment, versions, carried, files, planHash } = plan
  const nothing = { code: 'NOTHING_TO_BUMP', message: 'These versions are there already.' }
  const told = outcome && { code: outcome.code, message: outcome.message }
  const answer = {
    application,
    from: null,
    to: environment,
    versions,
    carried,
    kept: [],
    unexplained: [],
    files: files.map(({ path }) => ({ path, edits: carried.filter(({ file }) => file === path) })),
    planHash,
    reasons: told ? [told] : carried.length > 0 ? [] : [nothing],
    ...(pull && { pullRequest: { number: pull.number, url: pull.url } }),
  }
  return answer as unknown as Json
}

function bumpText({ plan, isDry, outcome, pull }: BumpResult): string {
  const { application, environment, carried } = plan
  const head = carried.length === 0 ? 'nothing to bump' : isDry ? 'would change' : 'changed'
  const lines = [
    `${application} in ${environment}: ${outcome && !isDry ? outcome.message : head}`,
    ...carried.map(
      ({ path, before, after, file, line }) => `  ${path}: ${before ?? '–'} → ${after ?? '–'} (${file}:${line})`,
    ),
    ...(pull ? [pull.url] : []),
  ]
  return lines.map((line) => `${line.replace(/\p{Cc}/gu, (text) => JSON.stringify(text).slice(1, -1))}\n`).join('')
}

function bumpMarkdown({ plan, pull }: BumpResult): string {
  if (plan.carried.length === 0) return 'Nothing to bump.'
  const rows = plan.carried.map(({ path, before, after }) => `| ${[path, before, after].map(cell).join(' | ')} |`)
  const link = pull ? `\n\n[#${pull.number}](${pull.url})` : ''
  return `| field | before | after |\n| --- | --- | --- |\n${rows.join('\n')}${link}`
}
