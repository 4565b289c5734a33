/** What becomes of the entries of a list of texts. `at` is an index in the old list; `add` stands before it. */
export type Step =
  | { readonly kind: 'keep'; readonly at: number }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'set'; readonly at: number; readonly value: string }
  | { readonly kind: 'add'; readonly at: number; readonly value: string }

/**
 * Turns `old` into `wanted` with the fewest entries added and removed: a longest common subsequence. `KEY=old` and `KEY=new` are the
 * same entry, and so are two entries that stand alone between the same neighbours.
 */
export function alignTexts(old: readonly string[], wanted: readonly string[]): Step[] {
  const lengths = commonLengths(old.map(keyOf), wanted.map(keyOf))
  const steps: Step[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < wanted.length) {
    const [from, to] = [old[i], wanted[j]]
    if (from !== undefined && to !== undefined && keyOf(from) === keyOf(to)) {
      steps.push(from === to ? { kind: 'keep', at: i } : { kind: 'set', at: i, value: to })
      i++
      j++
    } else if (to !== undefined && (from === undefined || lengthAt(lengths, i, j + 1) >= lengthAt(lengths, i + 1, j))) {
      steps.push({ kind: 'add', at: i, value: to })
      j++
    } else {
      steps.push({ kind: 'remove', at: i })
      i++
    }
  }
  return withReplacements(steps)
}

/** One entry removed where one is added is that entry changed. */
function withReplacements(steps: readonly Step[]): Step[] {
  const merged: Step[] = []
  for (const step of steps) {
    const last = merged.at(-1)
    if (last?.kind === 'add' && step.kind === 'remove' && last.at === step.at)
      merged.splice(-1, 1, { kind: 'set', at: step.at, value: last.value })
    else merged.push(step)
  }
  return merged
}

function keyOf(text: string): string {
  return /^[^=\s]+=/.exec(text)?.[0] ?? text
}

type Lengths = readonly (readonly number[])[]

/** Length of the longest common subsequence of what begins at [i, j]. */
function commonLengths(a: readonly string[], b: readonly string[]): Lengths {
  const table = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i]?.splice(
        j,
        1,
        a[i] === b[j]
          ? lengthAt(table, i + 1, j + 1) + 1
          : Math.max(lengthAt(table, i + 1, j), lengthAt(table, i, j + 1)),
      )
  return table
}

function lengthAt(table: Lengths, i: number, j: number): number {
  return table[i]?.[j] ?? 0
}
