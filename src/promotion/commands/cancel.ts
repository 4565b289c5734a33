import { LockstepError } from '../../model/errors.ts'
import { promotionOf } from '../gates/promotion-gates.ts'
import { outcome } from '../outcome-of.ts'
import { changeState } from '../state/ledger.ts'
import { writeEntry } from '../state/state.ts'
import type { CommandAnswer, CommandContext } from './context.ts'

/**
 * Closes the promotion, armed no more; it stays closed until what it would carry changes. The state is written first: a merge that has
 * claimed its environment is not stopped, and one that has not finds the record closed. Throws NOT_A_PROMOTION, PULL_REQUEST_CLOSED,
 * MERGE_IN_FLIGHT.
 */
export async function cancel(context: CommandContext): Promise<CommandAnswer> {
  const { ports, pull, comment } = context
  if (!promotionOf(ports, pull)) throw notAPromotion()
  const before = await changeState(ports, `Cancel #${pull.number}`, (state) => {
    const record = state.ledger.get(String(pull.number))
    if (record?.closed?.at === comment.createdAt) return []
    if (pull.state === 'closed') throw closedAlready(pull)
    if ([...state.claims.values()].some(({ pullRequest }) => pullRequest === pull.number)) throw inFlight(pull.number)
    if (!record || record.merged) return []
    const { armed: _, ...disarmed } = record
    const closed = { at: comment.createdAt, planHash: record.planHash, pending: true as const }
    return [writeEntry({ kind: 'ledger', item: { ...disarmed, closed } })]
  })
  if (pull.state === 'open') await ports.repository.pulls.update(pull.number, { state: 'closed' })
  const wasArmed = before.ledger.get(String(pull.number))?.armed !== undefined
  const message = `#${pull.number} is closed${wasArmed ? ', and not armed any more' : ''}.`
  return { outcome: outcome('done', 'CANCELLED', { message }) }
}

function notAPromotion(): LockstepError {
  return new LockstepError({
    code: 'NOT_A_PROMOTION',
    message: 'Only promotions and rollbacks can be cancelled here.',
    remedy: 'Comment on the promotion, or close this pull request on GitHub.',
  })
}

function closedAlready({ number, merged }: CommandContext['pull']): LockstepError {
  return new LockstepError({
    code: 'PULL_REQUEST_CLOSED',
    message: `#${number} is ${merged ? 'merged' : 'closed'} already.`,
    remedy: merged ? '/rollback <env> <app>' : 'Nothing to do.',
  })
}

function inFlight(number: number): LockstepError {
  return new LockstepError({
    code: 'MERGE_IN_FLIGHT',
    message: `#${number} is being merged right now.`,
    remedy: 'Once it is merged, /rollback <env> <app> takes it back.',
  })
}
