import type { TreeEntry } from '../../model/tree.ts'
import { pathsBelow } from './paths-below.ts'

type Entries = ReadonlyMap<string, TreeEntry>

/** The same listing is asked for every overlay of a repository. */
const sorted = new WeakMap<Entries, readonly string[]>()

/** Every file below a directory. */
export function filesBelow(entries: Entries, directory: string): TreeEntry[] {
  const paths = sorted.get(entries) ?? [...entries.keys()].sort()
  sorted.set(entries, paths)
  return pathsBelow(paths, directory).flatMap((path) => entries.get(path) ?? [])
}
