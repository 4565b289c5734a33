import { codeSpan } from '../edit/text-escape.ts'
import { outcome } from '../outcome-of.ts'
import { applicationsIn } from '../pulls/applications-in.ts'
import { changeState } from '../state/ledger.ts'
import { type LedgerRecord, type PromotionState, writeEntry } from '../state/state.ts'
import type { Command } from './command.ts'
import {
  type CommandAnswer,
  type CommandContext,
  requireApplication,
  requireEnvironment,
  requireSnapshot,
} from './context.ts'

/**
 * Lets versions that rollbacks took back in this environment be promoted again, everywhere; who did is kept. Throws UNKNOWN_ENVIRONMENT,
 * UNKNOWN_APPLICATION.
 */
export async function resume(
  { ports, comment }: CommandContext,
  { environment, application }: Pick<Extract<Command, { name: 'resume' }>, 'environment' | 'application'>,
): Promise<CommandAnswer> {
  const snapshot = await requireSnapshot(ports)
  requireEnvironment(snapshot, environment)
  if (application) requireApplication(snapshot, environment, application)
  const known = application ? [application] : applicationsIn(snapshot, environment)
  const concerns = (record: LedgerRecord) => record.to === environment && known.includes(record.application)
  const before = await changeState(ports, `Resume ${application ?? 'versions'} in ${environment}`, (state) => {
    const records = quarantinesOf(state, concerns, comment.createdAt)
    const [first] = records
    if (!first) return []
    const of = { by: first.requestedBy, at: first.openedAt }
    const entry = {
      comment: comment.id,
      action: 'resume' as const,
      environment,
      by: comment.author.login,
      at: comment.createdAt,
      of,
      ...(application && { application }),
    }
    return [
      ...records.map(({ quarantine: _, ...item }) => writeEntry({ kind: 'ledger', item })),
      writeEntry({ kind: 'audit', item: entry }),
    ]
  })
  const records = quarantinesOf(before, concerns, comment.createdAt)
  if (records.length === 0 && !before.audit.has(String(comment.id)))
    return { outcome: outcome('nothing', 'NOTHING_QUARANTINED', { details: { environment } }) }
  await ports.queue.add({ kind: 'promotions', repository: ports.repository.ref })
  const remedy = `/promote ${environment} ${records[0]?.application ?? known[0] ?? ''}`.trim()
  return { outcome: outcome('done', 'RESUMED', { details: { environment }, remedy }), text: resumedText(records) }
}

/** What a rollback took back that was closed is free already; a version that was rolled back after the comment stays where it is. */
function quarantinesOf(
  { ledger }: PromotionState,
  concerns: (record: LedgerRecord) => boolean,
  at: string,
): LedgerRecord[] {
  return [...ledger.values()].filter(
    (each) =>
      concerns(each) &&
      !each.closed &&
      (each.quarantine?.length ?? 0) > 0 &&
      Date.parse(each.openedAt) <= Date.parse(at),
  )
}

function resumedText(records: readonly LedgerRecord[]): string {
  return records
    .map(({ application, quarantine = [], pullRequest }) => {
      const values = [...new Set(quarantine.map(({ value }) => codeSpan(value)))].join(', ')
      return `- ${codeSpan(application)}: ${values}, taken back by #${pullRequest}`
    })
    .join('\n')
}
