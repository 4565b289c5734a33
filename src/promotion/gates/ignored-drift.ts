import type { IgnoredDrift } from '../../model/ignored-drift.ts'
import type { StatePorts } from '../ports.ts'
import { readState } from '../state/ledger.ts'
import type { PromotionState } from '../state/state.ts'

/** All that was ever asked to be ignored and still stands on the branch, over or not. Throws STATE_UNKNOWN. */
export async function listIgnoredDrift(ports: StatePorts): Promise<IgnoredDrift[]> {
  return ignoredIn(await readState(ports))
}

export function ignoredIn({ ignored }: PromotionState): IgnoredDrift[] {
  const presses = [...ignored.values()].flatMap((each) => each.presses)
  return presses.flatMap(({ by, until, drift }) => drift.map((id) => ({ id, by, until })))
}
