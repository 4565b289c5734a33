import type { Edit } from '../edit/edit.ts'

/** Removals last and from the end, so that no edit moves what another one names by index. */
export function inSafeOrder(edits: readonly Edit[]): Edit[] {
  const rank = {
    set: 0,
    'set-list': 0,
    'add-key': 1,
    'add-item': 2,
    'put-item': 2,
    put: 3,
    'remove-key': 4,
    'remove-item': 5,
  }
  const index = (edit: Edit) => Number(edit.place.path.at(-1))
  return edits.toSorted((a, b) => rank[a.kind] - rank[b.kind] || (a.kind === 'remove-item' ? index(b) - index(a) : 0))
}
