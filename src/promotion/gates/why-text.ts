import { codeSpan, plain } from '../edit/text-escape.ts'
import { spokenStart, spokenTime } from './spoken-time.ts'
import type { Blocker, Explanation } from './why.ts'

const MOST_BLOCKERS = 12
/** GitHub takes 65,536 characters of a comment; other commands of the same comment have something to say too. */
const LONGEST = 45_000

/** The answer to `/why`, as Markdown. What stands still comes first. */
export function whyText(explanations: readonly Explanation[]): string {
  const told = explanations.toSorted((a, b) => Math.sign(b.blockers.length) - Math.sign(a.blockers.length))
  const parts: string[] = []
  let room = LONGEST
  for (const text of told.map(explanationText)) {
    room -= text.length
    if (room < 0) break
    parts.push(text)
  }
  const rest = told.length - parts.length
  return [...parts, ...(rest > 0 ? [`… and ${rest} more: name an environment and an application.`] : [])].join('\n\n')
}

function explanationText(explanation: Explanation): string {
  const { blockers, passed } = explanation
  const codes = passed.map((code) => codeSpan(code)).join(', ')
  return [headline(explanation), table(explanation), blockers.length > 0 && codes && `Passed: ${codes}.`]
    .filter(Boolean)
    .join('\n\n')
}

function headline(explanation: Explanation): string {
  const { pullRequest, application, environment, blockers } = explanation
  const where = pullRequest === undefined ? '' : `#${pullRequest} `
  const what = `**${where}${codeSpan(application)} → ${codeSpan(environment)}**`
  if (blockers.length === 0) return `${what}: nothing stands in the way; the next round merges it.`
  const count = blockers.length === 1 ? 'One thing stands' : `${blockers.length} things stand`
  return `${what}: ${count} in the way. ${earliestText(explanation)}`
}

/** A time of which nobody can say more than its beginning is told as that. */
function earliestText({ blockers, earliest, notBefore, zone }: Explanation): string {
  const people = blockers.some(({ atOnce }) => atOnce)
  if (earliest && !notBefore) return 'It can go on as soon as people have done their part.'
  if (earliest)
    return `It can go on ${spokenStart(earliest, zone)} at the earliest${people ? ', if people have done their part by then' : ''}.`
  if (notBefore) return `When it can go on is unknown, but not before ${spokenStart(notBefore, zone)}.`
  return 'When it can go on is unknown.'
}

function table({ blockers, zone }: Explanation): string {
  if (blockers.length === 0) return ''
  const rows = blockers.slice(0, MOST_BLOCKERS).map((blocker) => row(blocker, zone))
  const rest = blockers.length > MOST_BLOCKERS ? `\n\n… and ${blockers.length - MOST_BLOCKERS} more.` : ''
  return `| what | since | who can open it | how | at the earliest |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}${rest}`
}

const SIGNS = { waits: '⏳', blocked: '⛔' } as const

function row({ code, verdict, message, since, who, how, opensAt, atOnce }: Blocker, zone: string): string {
  const time = (text: string | undefined, spoken: typeof spokenTime) =>
    text === undefined ? 'unknown' : spoken(new Date(text), zone)
  const command = how.startsWith('/') ? codeSpan(how).replaceAll('|', '\\|') : plain(how)
  const people = who === undefined ? 'opens by itself' : plain(who)
  return `| ${SIGNS[verdict]} ${codeSpan(code)} ${plain(message)} | ${time(since, spokenTime)} | ${people} | ${command} | ${atOnce ? 'at once' : time(opensAt, spokenStart)} |`
}
