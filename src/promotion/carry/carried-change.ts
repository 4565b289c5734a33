/** One value that moves: where it is written, and what it was and will be. `null` is absent. */
export interface CarriedChange {
  readonly path: string
  readonly before: string | null
  readonly after: string | null
  readonly file: string
  /** 1-based, in the file as it is before the edit. */
  readonly line: number
  /** The values are bound by the plan's hash and never shown. */
  readonly isSecret?: true
}
