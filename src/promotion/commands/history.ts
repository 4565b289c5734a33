import { codeSpan, plain } from '../edit/text-escape.ts'
import { outcome } from '../outcome-of.ts'
import type { Hop } from '../state/edge-state.ts'
import { readState } from '../state/ledger.ts'
import type { LedgerRecord, PromotionState } from '../state/state.ts'
import type { Command } from './command.ts'
import {
  type CommandAnswer,
  type CommandContext,
  requireApplication,
  requireEnvironment,
  requireSnapshot,
} from './context.ts'

const MOST_ROWS = 30

/** What was promoted and rolled back there, newest first, as the ledger has it. Throws UNKNOWN_ENVIRONMENT, UNKNOWN_APPLICATION, STATE_UNKNOWN. */
export async function history(
  { ports }: Pick<CommandContext, 'ports'>,
  { environment, application }: Pick<Extract<Command, { name: 'history' }>, 'environment' | 'application'>,
): Promise<CommandAnswer> {
  const snapshot = await requireSnapshot(ports)
  requireEnvironment(snapshot, environment)
  const entries = historyOf(snapshot.state ?? (await readState(ports)), environment, application)
  if (application && entries.length === 0) requireApplication(snapshot, environment, application)
  const details = { environment, ...(application && { application }) }
  return { outcome: outcome('done', 'HISTORY_SHOWN', { details }), text: historyText(entries) }
}

/** What happened at a time; the texts are Markdown. */
export interface HistoryEntry {
  /** ISO 8601. */
  readonly at: string
  readonly what: string
  readonly from: string
  readonly became: string
  readonly people: readonly string[]
}

/** Where a rollback was opened `to` is the environment too: `from` names the state that it restores. Newest first. */
export function historyOf(
  { ledger, hops }: Pick<PromotionState, 'ledger' | 'hops'>,
  environment: string,
  application: string | undefined,
): HistoryEntry[] {
  const isMeant = (to: string, of: string) => to === environment && (application === undefined || of === application)
  const records = [...ledger.values()].filter((each) => isMeant(each.to, each.application))
  const quiet = [...hops.values()].filter((each) => isMeant(each.environment, each.application))
  const newestFirst = records.toSorted((a, b) => b.pullRequest - a.pullRequest)
  return [...newestFirst.map(entryOf), ...quiet.map(hopEntry)].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
}

function entryOf(record: LedgerRecord): HistoryEntry {
  const { kind, application, from, pullRequest, requestedBy, armed, merged, closed, openedAt } = record
  return {
    at: merged?.at ?? closed?.at ?? openedAt,
    what: `${kind} of ${codeSpan(application)} #${pullRequest}`,
    from: codeSpan(from),
    became: fate(record),
    people: [...new Set([requestedBy, ...(armed ? [armed.by] : [])])],
  }
}

function fate({ merged, closed }: LedgerRecord): string {
  if (merged) return `merged as ${codeSpan(merged.sha.slice(0, 12))}`
  return closed ? 'closed' : 'open'
}

function hopEntry({ application, from, at }: Hop): HistoryEntry {
  const what = `promotion of ${codeSpan(application)}`
  return { at, what, from: codeSpan(from), became: 'done without a pull request: nothing rendered changed', people: [] }
}

function historyText(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return 'The ledger has no promotion into it yet.'
  const rows = entries.slice(0, MOST_ROWS).map(row)
  const more = entries.length - rows.length
  const table = `| when | what | from | became | asked for by |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}`
  return more > 0 ? `${table}\n\n${more} older ones are on the branch \`lockstep/state\`.` : table
}

function row({ at, what, from, became, people }: HistoryEntry): string {
  const cells = [at, what, from, became, people.map((login) => plain(login)).join(', ')]
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
}
