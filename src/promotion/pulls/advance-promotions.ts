import type { Outcome } from '../../model/outcome.ts'
import type { PromotionPorts } from '../ports.ts'
import { mergePromotions } from './merge-promotions.ts'
import { openPromotions } from './open-promotions.ts'
import { refreshGates } from './refresh-gates.ts'
import { settlePromotions } from './settle-promotions.ts'
import { readSnapshot } from './snapshot.ts'

/**
 * One round over all promotions of the repository: records what ended, opens or updates what is due, merges what may merge,
 * and has gates decided again where upstream is another.
 * Everything is found again from Git and GitHub, so a round may be broken off anywhere and repeated.
 */
export async function advancePromotions(ports: PromotionPorts): Promise<Outcome[]> {
  const first = await look(ports)
  if (!first) return []
  const settled = await settlePromotions(ports, first.snapshot, first.open)
  const second = settled.length > 0 ? await look(ports) : first
  if (!second) return settled
  const opened = await openPromotions(ports, second.snapshot, second.open)
  const third = opened.some(({ decision }) => decision === 'done') ? await look(ports) : second
  const merged = third ? await mergePromotions(ports, third.snapshot, third.open) : []
  if (third) await refreshGates(ports, third.snapshot, third.open)
  return [...settled, ...opened, ...merged]
}

/** Again after each step that changed something. */
async function look(ports: PromotionPorts) {
  const snapshot = await readSnapshot(ports)
  return snapshot && { snapshot, open: await ports.repository.pulls.listOpen() }
}
