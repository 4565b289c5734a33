import type { Json } from '../../model/json.ts'
import type { YamlPath } from './yaml-file.ts'

/** Where a value stands. `inline` leads on inside a value that is YAML itself: an inline patch. */
export interface ValuePlace {
  readonly document: number
  readonly path: YamlPath
  readonly inline?: { readonly document: number; readonly path: YamlPath }
}

/** A value with the text that says it somewhere, freed of the indentation it has there. Made by `fragmentAt`. */
export interface Fragment {
  /**
   * `below`: a block map or list, every line as from column 0. `beside`: begins on the line of its key or dash; further lines are
   * indented from that key or dash.
   */
  readonly layout: 'below' | 'beside'
  readonly lines: readonly string[]
  /** On one line, as it may stand in brackets. */
  readonly flow: string
  readonly value: Json
}

/** One change of one file as data. Applied by `editYaml`. */
export type Edit =
  /** Gives a scalar that is there a new value, in the style it is written in. */
  | { readonly kind: 'set'; readonly place: ValuePlace; readonly value: string }
  /** Makes a list of texts this one: entries that stay keep their lines. */
  | { readonly kind: 'set-list'; readonly place: ValuePlace; readonly items: readonly string[] }
  /** Replaces whatever value stands there by a fragment, its text included. */
  | { readonly kind: 'put'; readonly place: ValuePlace; readonly fragment: Fragment }
  /** Adds a key to a map that is there. */
  | { readonly kind: 'add-key'; readonly place: ValuePlace; readonly key: string; readonly value: string | Fragment }
  | { readonly kind: 'remove-key'; readonly place: ValuePlace; readonly key: string }
  /** Adds an entry (a map of strings, or a string) to the list at the place; a missing list at the top of the file is made. */
  | { readonly kind: 'add-item'; readonly place: ValuePlace; readonly item: Readonly<Record<string, string>> | string }
  /** Adds a fragment as the last entry of the list at the place. */
  | { readonly kind: 'put-item'; readonly place: ValuePlace; readonly fragment: Fragment }
  /** Removes the entry at the place; its list goes with the last one. */
  | { readonly kind: 'remove-item'; readonly place: ValuePlace }

export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Makes all of them at once: offsets are those of `text` as it is. They must not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const fromEnd = splices.toSorted((a, b) => b.start - a.start || b.end - a.end)
  return fromEnd.reduce(
    (now, { start, end, text: replacement }) => now.slice(0, start) + replacement + now.slice(end),
    text,
  )
}
