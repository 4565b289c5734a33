import type { Overlay } from '../model/target.ts'
import type { ChangeGroup } from './group-changes.ts'

const MARKS = '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳'

/** `①` for the first change and its overlays, so that a table can say which of them are the same. None where there is no choice. */
export function groupMark(groups: readonly ChangeGroup[], group: ChangeGroup): string {
  return groups.length > 1 && groups.length <= MARKS.length ? (MARKS[groups.indexOf(group)] ?? '') : ''
}

/** The mark of each overlay's change, by its path. */
export function marksByPath(groups: readonly ChangeGroup[]): ReadonlyMap<Overlay['path'], string> {
  return new Map(groups.flatMap((group) => group.overlays.map(({ path }) => [path, groupMark(groups, group)] as const)))
}
