import { diffArrays } from 'diff'
import { canonicalJson, type Json } from './json.ts'
import { equalJson } from './json-equal.ts'

/** A place where two lists differ: `removed` items from index `from` of the one, `added` from index `to` of the other. */
export interface Gap {
  readonly from: number
  readonly to: number
  readonly removed: number
  readonly added: number
}

/** Lists that differ in more places than this are replaced as a whole. */
const MOST_EDITS = 400

/** What is left of two lists without their longest common run of items, in order; undefined where that is too much to tell. */
export function gapsBetween(before: readonly Json[], after: readonly Json[]): Gap[] | undefined {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && equalJson(before[start], after[start])) start += 1
  let end = 0
  while (end < shorter - start && equalJson(before.at(-1 - end), after.at(-1 - end))) end += 1
  const [old, now] = [before, after].map((list) => list.slice(start, list.length - end).map(canonicalJson))
  const parts = diffArrays(old as string[], now as string[], { maxEditLength: MOST_EDITS })
  return parts && toGaps(parts, start)
}

function toGaps(parts: readonly { count: number; added: boolean; removed: boolean }[], start: number): Gap[] {
  const gaps: { -readonly [K in keyof Gap]: Gap[K] }[] = []
  let [from, to] = [start, start]
  let open = false
  for (const { count, added, removed } of parts) {
    const changes = added || removed
    if (changes && !open) gaps.push({ from, to, removed: 0, added: 0 })
    open = changes
    const gap = gaps.at(-1)
    if (gap && removed) gap.removed += count
    if (gap && added) gap.added += count
    if (!added) from += count
    if (!removed) to += count
  }
  return gaps
}
