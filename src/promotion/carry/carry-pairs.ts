import type { OverlayFields } from './carried-fields.ts'
import { originFor } from './origin.ts'
import type { PromotionHistory } from './past-promotions.ts'
import { type CarryEdge, type Removes, removedUpstream } from './removals.ts'

/** An overlay that values are carried to, and the one they come from. */
export interface CarryPair {
  readonly origin: OverlayFields
  readonly target: OverlayFields
  readonly removes: Removes
}

interface Request extends CarryEdge {
  readonly origins: readonly OverlayFields[]
  readonly exact: boolean
  readonly history?: PromotionHistory
}

/** Throws CARRY_CONFLICT where it cannot be said which origin is meant. */
export function carryPairs(request: Request, targets: readonly OverlayFields[]): Promise<CarryPair[]> {
  return Promise.all(
    targets.map(async (target) => {
      const origin = originFor(target.overlay, request.origins)
      const removes = request.exact ? () => true : await removedUpstream(request.history, request, origin, target)
      return { origin, target, removes }
    }),
  )
}
