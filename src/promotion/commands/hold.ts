import { LockstepError } from '../../model/errors.ts'
import { promotionOf } from '../gates/promotion-gates.ts'
import { outcome } from '../outcome-of.ts'
import { changeState } from '../state/ledger.ts'
import { activeHold, removeEntry, writeEntry } from '../state/state.ts'
import type { Command } from './command.ts'
import type { CommandAnswer, CommandContext } from './context.ts'
import { decideAgain } from './decide-again.ts'
import { requireUntil } from './until.ts'

/** Keeps this promotion from merging, until the time given or `/unhold`. Throws NOT_A_PROMOTION, COMMAND_USAGE. */
export async function hold(
  context: CommandContext,
  { until, reason }: Extract<Command, { name: 'hold' }>,
): Promise<CommandAnswer> {
  const { ports, pull, comment } = context
  requirePromotion(context)
  const end = until === undefined ? undefined : requireUntil(until, comment).toISOString()
  const item = {
    pullRequest: pull.number,
    by: comment.author.login,
    at: comment.createdAt,
    ...(end && { until: end }),
    ...(reason && { reason }),
  }
  await changeState(ports, `Hold #${pull.number}`, () => [writeEntry({ kind: 'holds', item })])
  await decideAgain(context)
  const message = `#${pull.number} is held${end ? ` until ${end}` : ''}.`
  return { outcome: outcome('done', 'HELD', { message, remedy: '/unhold' }) }
}

/** A hold that came after the comment stays. */
export async function unhold(context: CommandContext): Promise<CommandAnswer> {
  const { ports, pull, comment } = context
  const wasThere = (at: string) => Date.parse(at) <= Date.parse(comment.createdAt)
  const before = await changeState(ports, `Release #${pull.number}`, (state) => {
    const item = state.holds.get(String(pull.number))
    return item && wasThere(item.at) ? [removeEntry({ kind: 'holds', item })] : []
  })
  const held = activeHold(before, pull.number, ports.clock())
  if (!held) return { outcome: outcome('nothing', 'NOT_HELD') }
  if (!wasThere(held.at))
    return {
      outcome: outcome('refused', 'HELD', {
        message: `${held.by} held it after this comment was written.`,
        remedy: '/unhold',
      }),
    }
  await decideAgain(context)
  return { outcome: outcome('done', 'HOLD_RELEASED') }
}

/** Only promotions ask for holds before they merge: to say that another pull request is held would be untrue. */
function requirePromotion({ ports, pull }: CommandContext): void {
  if (promotionOf(ports, pull)) return
  throw new LockstepError({
    code: 'NOT_A_PROMOTION',
    message: 'Only promotions and rollbacks can be held.',
    remedy: 'Make this pull request a draft, or lock the environment: /lock <env>.',
  })
}
