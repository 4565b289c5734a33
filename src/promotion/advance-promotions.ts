import type { Outcome } from '../model/outcome.ts'
import { mergePromotions } from './merge-promotions.ts'
import { openPromotions } from './open-promotions.ts'
import type { PromotionPorts } from './ports.ts'
import { settlePromotions } from './settle-promotions.ts'
import { readSnapshot } from './snapshot.ts'

/**
 * One round over all promotions of the repository: records what ended, opens or updates what is due, merges what may merge.
 * Everything is found again from Git and GitHub, so a round may be broken off anywhere and repeated.
 */
export async function advancePromotions(ports: PromotionPorts): Promise<Outcome[]> {
  const before = await readSnapshot(ports)
  if (!before) return []
  const settled = await settlePromotions(ports, before, await ports.repository.pulls.listOpen())
  const snapshot = settled.length > 0 ? await readSnapshot(ports) : before
  if (!snapshot) return settled
  const opened = await openPromotions(ports, snapshot, await ports.repository.pulls.listOpen())
  const now = await readSnapshot(ports)
  const merged = now ? await mergePromotions(ports, now, await ports.repository.pulls.listOpen()) : []
  return [...settled, ...opened, ...merged]
}
