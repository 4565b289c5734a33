import type { PromotionPorts } from '../ports.ts'
import { changeState } from '../state/ledger.ts'
import { writeEntry } from '../state/state.ts'
import { UPDATE_TOPIC } from './tell-update.ts'

/** Closes a promotion that has lost its point, saying why. The ledger is told first, so that nobody takes it for closed by a person. */
export async function closePull(ports: PromotionPorts, number: number, why: string): Promise<void> {
  const at = ports.clock().toISOString()
  await changeState(ports, `Close #${number}: ${why}`, (state) => {
    const record = state.ledger.get(String(number))
    return record
      ? [writeEntry({ kind: 'ledger', item: { ...record, closed: { at, planHash: '', pending: true } } })]
      : []
  })
  await ports.repository.comments.ensure(number, UPDATE_TOPIC, `Closed: ${why}.`)
  await ports.repository.pulls.update(number, { state: 'closed' })
}
