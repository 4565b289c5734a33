import type { Outcome } from '../../model/outcome.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import { cell, codeSpan, plain } from '../edit/text-escape.ts'

const MOST_ROWS = 100

export function planText(
  choices: readonly ({ readonly plan: PromotionPlan } | { readonly outcome: Outcome })[],
): string {
  return choices
    .map((choice) => ('plan' in choice ? carriedText(choice.plan) : outcomeLine(choice.outcome)))
    .join('\n\n')
}

function carriedText({ application, from, to, carried }: PromotionPlan): string {
  const rows = carried
    .slice(0, MOST_ROWS)
    .map(({ path, before, after }) => `| ${cell(path)} | ${cell(before)} | ${cell(after)} |`)
  return `${codeSpan(application)}: ${codeSpan(from)} → ${codeSpan(to)}\n\n| field | before | after |\n| --- | --- | --- |\n${rows.join('\n')}`
}

/** One line for each application. */
export function resultsText(outcomes: readonly Outcome[]): string {
  return outcomes.map(outcomeLine).join('\n')
}

function outcomeLine({ code, message, details }: Outcome): string {
  const about = details?.application ? `${codeSpan(String(details.application))}: ` : ''
  const where = details?.pullRequest ? ` #${details.pullRequest}` : ''
  return `- ${about}${plain(message)}${where} (\`${code}\`)`
}

/** The reply to one command of a comment, or to several that met the same. */
export function replyText(
  commands: readonly string[],
  { code, message, remedy, details }: Outcome,
  text: string | undefined,
): string {
  const where = details?.pullRequest ? ` #${details.pullRequest}` : ''
  const next = remedy ? `\n${remedyText(remedy)}` : ''
  const about = commands.map((command) => codeSpan(command)).join(', ')
  return `${about} → \`${code}\`: ${plain(message)}${where}${next}${text ? `\n\n${text}` : ''}`
}

function remedyText(remedy: string): string {
  return remedy.startsWith('/') ? codeSpan(remedy) : plain(remedy)
}
