import type { Edit } from '../edit/edit.ts'
import type { CarriedChange } from './carried-change.ts'
import type { OverlayFields } from './carried-fields.ts'

/** A change with the edits that make it, or with the reason why it cannot be made. */
export interface CarryStep {
  readonly change: CarriedChange
  readonly edits: readonly Edit[]
}

export interface CarryTarget {
  readonly fields: OverlayFields
  /** Its kustomization file. */
  readonly file: string
  /** True where an edit touches this target alone. */
  isOwn(place: Place): boolean
  /** Throws FIELD_IS_SHARED where an edit would touch others, naming them. */
  refuseShared(place: Place & { readonly line: number }, field: string): void
  /** Path of the kustomization file where what the source sets in one of its directories is added; see `additionFile`. */
  fileFor(directory: string): string | undefined
}

export interface Place {
  readonly directory: string
  readonly file: string
}
