import type { ValuePlace } from '../edit/edit.ts'

/** One value a promotion may carry, and where it stands. */
export interface CarriedField {
  /** Equal in both overlays, e.g. `helmCharts[name=redis].version`. */
  readonly id: string
  readonly value: string | readonly string[]
  readonly file: string
  readonly line: number
  /** The directory whose kustomization sets it. */
  readonly directory: string
  readonly place: ValuePlace
  /** What the scalar says before and after the value, where the value is a part of it. */
  readonly around?: readonly [string, string]
}
