import { memoryTree, type Tree, type TreeEntry } from '../../src/model/tree.ts'

/** A tree from literal contents, where the named paths are symbolic links to their content, or submodules. */
export function treeWithLinks(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
  submodules: readonly string[] = [],
): Tree {
  const base = memoryTree({ ...files, ...links, ...Object.fromEntries(submodules.map((path) => [path, ''])) })
  const modeOf = (entry: TreeEntry): TreeEntry => {
    if (entry.path in links) return { ...entry, mode: '120000' }
    return submodules.includes(entry.path) ? { ...entry, mode: '160000' } : entry
  }
  return {
    ...base,
    entries: async () => new Map([...(await base.entries())].map(([path, entry]) => [path, modeOf(entry)])),
  }
}
