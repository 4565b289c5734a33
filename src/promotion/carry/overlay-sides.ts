import { posix } from 'node:path'
import type { Overlay } from '../../model/target.ts'
import { blobId, type FileChange, overlayTree } from '../../model/tree.ts'
import { filesBelow } from './files-below.ts'
import { readSources, type Sources } from './kustomization-sources.ts'
import { overlaysInside } from './overlays-of.ts'
import { patchFiles } from './patch-files.ts'
import { type Difference, remainingDifferences, type Side } from './plan-differences.ts'

/** What still differs between the two overlays once the files are as planned. */
export async function differencesAfter(
  sources: Sources,
  changes: readonly FileChange[],
  origin: Overlay | undefined,
  overlay: Overlay | undefined,
  keep: readonly string[],
): Promise<{ kept: Difference[]; unexplained: Difference[] }> {
  if (!origin || !overlay || !sources.overlays.includes(origin)) return { kept: [], unexplained: [] }
  const later =
    changes.length === 0 ? sources : await readSources(overlayTree(sources.tree, changes), [origin, overlay])
  const side = (of: Overlay) => sideOf(later, filesAfter(sources, changes, of), of)
  return remainingDifferences(side(origin), side(overlay), keep)
}

function sideOf(sources: Sources, files: ReadonlyMap<string, string>, overlay: Overlay): Side {
  const kustomization = sources.closure(overlay)[0]
  const patches = kustomization ? patchFiles(overlay.path, kustomization.value) : []
  const own = kustomization && posix.relative(overlay.path, kustomization.file)
  return {
    directory: overlay.path,
    value: kustomization?.value,
    files: new Map([...files].filter(([name]) => name !== own)),
    patches: new Set(patches.map(({ path }) => posix.relative(overlay.path, path))),
  }
}

/** Blob ids of the files below the overlay's directory, by name below it, other overlays' directories left out. */
function filesAfter(sources: Sources, changes: readonly FileChange[], overlay: Overlay): ReadonlyMap<string, string> {
  const inner = overlaysInside(sources.overlays, overlay)
  const isOwn = (path: string) =>
    path.startsWith(`${overlay.path}/`) && !inner.some((other) => path.startsWith(`${other}/`))
  const name = (path: string) => posix.relative(overlay.path, path)
  const files = new Map(
    filesBelow(sources.entries, overlay.path).flatMap(({ path, id }) => (isOwn(path) ? [[name(path), id]] : [])),
  )
  for (const { path, content } of changes.filter((change) => isOwn(change.path))) {
    if (content === null) files.delete(name(path))
    else files.set(name(path), blobId(content))
  }
  return files
}
