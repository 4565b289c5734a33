import type { ValuePlace } from '../edit/edit.ts'
import type { YamlFile } from '../edit/yaml-file.ts'

/** One value a promotion may carry, and where it stands. */
export interface CarriedField {
  /** Equal in both overlays, e.g. `helmCharts[name=redis].version`. */
  readonly id: string
  /** A text, a list of texts, or what the value means as one text where `structure` is told. */
  readonly value: string | readonly string[]
  /** What the value is a version of: a field that has no equal takes the one value that all of its like have. */
  readonly like?: string
  readonly file: string
  readonly line: number
  /** The directory whose kustomization sets it. */
  readonly directory: string
  readonly place: ValuePlace
  /** What the scalar says before and after the value, where the value is a part of it. */
  readonly around?: readonly [string, string]
  /** Of a field named by its path: it may be added and removed, and may be more than a text. */
  readonly named?: NamedValue
  /** Never shown: part of a Secret. */
  readonly isSecret?: true
}

/** How a named field's value is written. */
export interface NamedValue {
  /** Where its text is read: the file, or the inline patch in it. */
  readonly yaml: YamlFile
  readonly shape: 'text' | 'block text' | 'texts' | 'structure'
}

/** Where a named field could be added that this overlay does not set: what would hold it is there. */
export interface FieldGap {
  readonly id: string
  readonly file: string
  readonly line: number
  readonly directory: string
  /** The map or list that would hold it. */
  readonly place: ValuePlace
  /** Absent for a member of a list. */
  readonly key?: string
  /** Keys that are missing too between that one and the value. */
  readonly inside?: readonly string[]
  readonly isSecret?: true
}
