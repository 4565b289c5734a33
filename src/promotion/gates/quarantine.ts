import type { PromotionPlan } from '../carry/plan.ts'
import type { LedgerRecord } from '../state/state.ts'
import type { GateFacts } from './facts.ts'
import { blocked, passed, type Verdict } from './verdict.ts'

/**
 * A version that a rollback took back goes nowhere any more, whatever the environment. It is known by the carried values that the
 * rollback replaced: a promotion brings the version when it carries one of them, and carries nothing else to the places of the others.
 */
export function quarantineGate({
  state,
  application,
  plan,
}: Pick<GateFacts, 'state' | 'application' | 'plan'>): Verdict {
  if (!state || !plan.carried) return blocked('QUARANTINE_UNKNOWN', 'Whether this version was rolled back is unknown.')
  const carried = new Map(plan.carried.map(({ path, after }) => [path, after]))
  const record = [...state.ledger.values()].find((each) => each.application === application && brings(carried, each))
  if (!record) return passed('NOT_QUARANTINED', 'Nothing of this was rolled back.')
  const value = record.quarantine?.find(({ path, value }) => carried.get(path) === value)?.value
  return blocked(
    'QUARANTINED',
    `${value} of ${application} was taken back in ${record.to} by #${record.pullRequest}, asked for by ${record.requestedBy}.`,
    {
      since: record.openedAt,
      unblock: `/resume ${record.to} ${application}`,
      who: [`${record.requestedBy}, or whoever may command in ${record.to}`],
    },
  )
}

/** A rollback that was closed without being merged took nothing back. */
function brings(carried: ReadonlyMap<string, string | null>, { quarantine = [], closed }: LedgerRecord): boolean {
  if (closed) return false
  const brought = quarantine.filter(({ path, value }) => carried.get(path) === value)
  return brought.length > 0 && quarantine.every(({ path, value }) => !carried.has(path) || carried.get(path) === value)
}

/** The version that a rollback takes back; of generated secrets the plan does not show values. */
export function takenBack({ carried }: Pick<PromotionPlan, 'carried'>): NonNullable<LedgerRecord['quarantine']> {
  return carried.flatMap(({ path, before }) => {
    const isShown = before !== null && !path.startsWith('secretGenerator')
    return isShown ? [{ path, value: before }] : []
  })
}
