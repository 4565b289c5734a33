import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { Edge } from '../state/edge-state.ts'
import { recordsOf } from './edge-records.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Why nothing is opened, updated or closed now: without the state nobody knows what was merged, taken back, or closed by a person. It is
 * looked at again on the next round.
 */
export function unknownState({ stateFault }: Snapshot, edge: Edge): Outcome | undefined {
  return stateFault && { ...refusal(stateFault, { ...edge }), decision: 'waiting' }
}

/** Why nothing is opened by itself: GitHub does not show the pull request before, neither as open nor what became of it. */
export function unknownFate({ state }: Snapshot, open: readonly PullRequest[], edge: Edge): Outcome | undefined {
  const isOpen = (number: number) => open.some((pull) => pull.number === number)
  const lost = recordsOf(state, edge).find(
    ({ pullRequest, merged, closed }) => !merged && !closed && !isOpen(pullRequest),
  )
  return lost && outcome('waiting', 'PULL_REQUEST_UNKNOWN', { details: { ...edge, pullRequest: lost.pullRequest } })
}
