import type { TreeEntry } from '../../model/tree.ts'

type Entries = ReadonlyMap<string, TreeEntry>

/** One listing is asked once for each overlay of a repository, so its paths are sorted once. */
const sorted = new WeakMap<Entries, readonly string[]>()

/** Every file below a directory, by path. */
export function filesBelow(entries: Entries, directory: string): TreeEntry[] {
  const paths = sorted.get(entries) ?? [...entries.keys()].sort()
  sorted.set(entries, paths)
  const prefix = `${directory}/`
  const files: TreeEntry[] = []
  for (let at = firstFrom(paths, prefix); paths[at]?.startsWith(prefix); at += 1) {
    const entry = entries.get(paths[at] ?? '')
    if (entry) files.push(entry)
  }
  return files
}

/** Index of the first path that is not before this one. */
function firstFrom(paths: readonly string[], wanted: string): number {
  let [low, high] = [0, paths.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((paths[middle] ?? '') < wanted) low = middle + 1
    else high = middle
  }
  return low
}
