import type { Child, ScannedDirectory } from './scanned-directory.ts'
import type { TreeScan } from './tree-scan.ts'

/** Scanned directories by path. */
export type Directories = ReadonlyMap<string, ScannedDirectory>

/** The directories of `roots` and everything they build on, each once, in the order of the build. */
export async function reachable(scan: TreeScan, roots: readonly string[]): Promise<Directories> {
  const found = new Map<string, ScannedDirectory>()
  const pending = roots.toReversed()
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    if (found.has(directory)) continue
    const scanned = await scan.directory(directory)
    found.set(directory, scanned)
    pending.push(...scanned.children.map((child) => child.directory).reverse())
  }
  return found
}

export function childrenOf(directories: Directories): Child[] {
  return [...directories.values()].flatMap((directory) => directory.children)
}

/** Every file and link of the tree that a build could read. Links that lead nowhere or out of the tree cannot be read through. */
export function everyFile(scan: TreeScan): string[] {
  const readable = new Set(['file', 'directory'])
  return [...scan.index.entries.values()]
    .filter((entry) => entry.mode !== '160000')
    .map((entry) => entry.path)
    .filter((path) => readable.has(scan.index.resolve(path).kind))
}

export function buildsPlugins({ children }: ScannedDirectory): boolean {
  return children.some((child) => child.plugins)
}
