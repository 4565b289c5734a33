import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import { isFresh } from '../../model/target-drift.ts'
import type { ReconcilePorts } from '../ports.ts'
import { wakingKey } from '../report/waking-key.ts'
import type { Precedent } from './turn.ts'

/**
 * Somebody waited for told news before it was on the board that he is waited for: nobody was woken by it. To be asked once the waiting
 * target's own status is there.
 */
export async function missedTurn(
  { board, clock }: Pick<ReconcilePorts, 'board' | 'clock'>,
  repository: RepositoryRef,
  judgedBy: readonly Precedent[],
): Promise<boolean> {
  for (const { target, status } of judgedBy) {
    const known = await board.get(repositoryName(repository), target)
    if (known && isFresh(known, clock.now()) && wakingKey(known) !== wakingKey(status)) return true
  }
  return false
}
