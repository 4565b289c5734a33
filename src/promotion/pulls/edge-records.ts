import { type Edge, edgeKey } from '../state/edge-state.ts'
import type { LedgerRecord, PromotionState } from '../state/state.ts'

const indexes = new WeakMap<PromotionState, ReadonlyMap<string, readonly LedgerRecord[]>>()

/** Everything the ledger has about an application's way into an environment, newest first. */
export function recordsOf(state: PromotionState | undefined, edge: Edge): readonly LedgerRecord[] {
  if (!state) return []
  const index = indexes.get(state) ?? indexed(state)
  indexes.set(state, index)
  return index.get(edgeKey(edge)) ?? []
}

function indexed({ ledger }: PromotionState): ReadonlyMap<string, readonly LedgerRecord[]> {
  const newestFirst = [...ledger.values()].toSorted((a, b) => b.pullRequest - a.pullRequest)
  return Map.groupBy(newestFirst, ({ to, application }) => edgeKey({ environment: to, application }))
}
