import { posix } from 'node:path'
import type { Tree } from '../tree.ts'
import { builtPlugins } from './built-plugins.ts'
import { type Directories, reachable } from './reachable.ts'
import type { ScannedDirectory } from './scanned-directory.ts'
import { TreeScan } from './tree-scan.ts'

/**
 * Those of `overlays` (directories) one of whose inputs, as `overlayInputs` lists them, is among the `changed` paths. Every
 * directory is looked at once, however many overlays build on it.
 */
export async function overlaysReading(
  tree: Tree,
  overlays: readonly string[],
  changed: ReadonlySet<string>,
): Promise<Set<string>> {
  const scan = await TreeScan.of(tree)
  const roots = overlays.map((overlay) => ({ overlay, ...scan.index.resolve(posix.normalize(overlay)) }))
  const directories = await reachable(
    scan,
    roots.filter(({ kind }) => kind === 'directory').map(({ path }) => path),
  )
  const touched = withDependents(directories, await touchedThemselves(scan, directories, changed))
  const reads = roots.filter(({ kind, path, links }) => {
    return links.some((link) => changed.has(link)) || (kind === 'directory' && touched.has(path))
  })
  return new Set(reads.map(({ overlay }) => overlay))
}

async function touchedThemselves(
  scan: TreeScan,
  directories: Directories,
  changed: ReadonlySet<string>,
): Promise<string[]> {
  const plugins = await builtPlugins(scan, directories)
  const reads = (path: string, { files }: ScannedDirectory) => [...files, ...(plugins.get(path)?.files ?? [])]
  const touched = [...directories].filter(([path, directory]) =>
    reads(path, directory).some((file) => changed.has(file)),
  )
  return touched.map(([path]) => path)
}

/** With everything that builds on them. */
function withDependents(directories: Directories, touched: readonly string[]): Set<string> {
  const dependents = new Map<string, string[]>()
  for (const [path, { children }] of directories) {
    for (const { directory } of children) {
      const known = dependents.get(directory) ?? []
      dependents.set(directory, known)
      known.push(path)
    }
  }
  const found = new Set(touched)
  for (const path of found) for (const dependent of dependents.get(path) ?? []) found.add(dependent)
  return found
}
