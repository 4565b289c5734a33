import type { Target } from '../../model/target.ts'
import type { StaleObject } from '../pass/sync-plan.ts'

/** What a closer look found out about an object that left Git. */
export type Finding =
  /** It exists without our label: somebody took it over, or let go of it. */
  | { readonly code: 'released' }
  /** Nobody serves its kind at present; whether it exists cannot be known. */
  | { readonly code: 'kind-unknown' }
  | { readonly code: 'unreadable'; readonly message: string }
  /** Another target's overlay holds it now. */
  | { readonly code: 'claimed'; readonly by: Target }
  /** The overlay of this target, which is at work, does not build and may hold it now. */
  | { readonly code: 'unsure'; readonly by: Target }
  /** Objects of others would go with it, e.g. `Secret/token`. */
  | { readonly code: 'in-use'; readonly by: readonly string[] }

export interface ExaminedObject extends StaleObject {
  readonly finding?: Finding
}
