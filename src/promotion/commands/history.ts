import { codeSpan, plain } from '../edit/text-escape.ts'
import { outcome } from '../outcome-of.ts'
import { readState } from '../state/ledger.ts'
import type { LedgerRecord } from '../state/state.ts'
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
  const { ledger } = snapshot.state ?? (await readState(ports))
  const records = historyOf([...ledger.values()], environment, application)
  if (application && records.length === 0) requireApplication(snapshot, environment, application)
  const details = { environment, ...(application && { application }) }
  return { outcome: outcome('done', 'HISTORY_SHOWN', { details }), text: historyText(records) }
}

/** Where a rollback was opened `to` is the environment too: `from` names the state that it restores. */
export function historyOf(
  records: readonly LedgerRecord[],
  environment: string,
  application: string | undefined,
): LedgerRecord[] {
  const own = records.filter((each) => each.to === environment && (!application || each.application === application))
  return own.toSorted((a, b) => Date.parse(whenOf(b)) - Date.parse(whenOf(a)) || b.pullRequest - a.pullRequest)
}

function whenOf({ merged, closed, openedAt }: LedgerRecord): string {
  return merged?.at ?? closed?.at ?? openedAt
}

function historyText(records: readonly LedgerRecord[]): string {
  if (records.length === 0) return 'The ledger has no promotion into it yet.'
  const rows = records.slice(0, MOST_ROWS).map(row)
  const more = records.length - rows.length
  const table = `| when | what | from | became | asked for by |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}`
  return more > 0 ? `${table}\n\n${more} older ones are on the branch \`lockstep/state\`.` : table
}

function row(record: LedgerRecord): string {
  const { kind, application, from, pullRequest, requestedBy, armed } = record
  const people = [...new Set([requestedBy, ...(armed ? [armed.by] : [])])].map((login) => plain(login)).join(', ')
  const cells = [
    whenOf(record),
    `${kind} of ${codeSpan(application)} #${pullRequest}`,
    codeSpan(from),
    fate(record),
    people,
  ]
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
}

function fate({ merged, closed }: LedgerRecord): string {
  if (merged) return `merged as ${codeSpan(merged.sha.slice(0, 12))}`
  return closed ? 'closed' : 'open'
}
