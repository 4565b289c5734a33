import type { YamlPath } from './yaml-file.ts'

/** Where a value stands. `inline` leads on inside a value that is YAML itself: an inline patch. */
export interface ValuePlace {
  readonly document: number
  readonly path: YamlPath
  readonly inline?: { readonly document: number; readonly path: YamlPath }
}

/** One change of one file as data. Applied by `editYaml`. */
export type Edit =
  /** Gives a scalar that is there a new value. */
  | { readonly kind: 'set'; readonly place: ValuePlace; readonly value: string }
  /** Adds a key to a map that is there. */
  | { readonly kind: 'add-key'; readonly place: ValuePlace; readonly key: string; readonly value: string }
  | { readonly kind: 'remove-key'; readonly place: ValuePlace; readonly key: string }
  /** Adds an entry (a map of strings, or a string) to the list at the place; a missing list at the top of the file is made. */
  | { readonly kind: 'add-item'; readonly place: ValuePlace; readonly item: Readonly<Record<string, string>> | string }
  /** Removes the entry at the place; its list goes with the last one. */
  | { readonly kind: 'remove-item'; readonly place: ValuePlace }

export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

export function applySplice(text: string, { start, end, text: replacement }: Splice): string {
  return text.slice(0, start) + replacement + text.slice(end)
}
