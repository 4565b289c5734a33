import { posix } from 'node:path'
import type { Overlay } from '../../model/target.ts'
import { blobId, type FileChange } from '../../model/tree.ts'
import { parseYamlFile } from '../edit/yaml-file.ts'
import { filesBelow } from './files-below.ts'
import { type Kustomization, readFields, type Sources } from './kustomization-sources.ts'
import { overlaysInside } from './overlays-of.ts'
import { patchFiles } from './patch-files.ts'
import { type Difference, remainingDifferences, type Side } from './plan-differences.ts'

/** What still differs between the two overlays once the files are as planned. */
export function differencesAfter(
  sources: Sources,
  changes: readonly FileChange[],
  origin: Overlay | undefined,
  overlay: Overlay | undefined,
  keep: readonly string[],
): { kept: Difference[]; unexplained: Difference[] } {
  if (!origin || !overlay || !sources.overlays.includes(origin)) return { kept: [], unexplained: [] }
  const side = (of: Overlay) => sideOf(sources, changes, of)
  return remainingDifferences(side(origin), side(overlay), keep)
}

function sideOf(sources: Sources, changes: readonly FileChange[], overlay: Overlay): Side {
  const [kustomization] = sources.closure(overlay)
  const value = kustomization && fieldsAfter(kustomization, changes)
  const patches = value ? patchFiles(overlay.path, value) : []
  const own = kustomization && posix.relative(overlay.path, kustomization.file)
  return {
    directory: overlay.path,
    value,
    files: new Map([...filesAfter(sources, changes, overlay)].filter(([name]) => name !== own)),
    patches: new Set(patches.map(({ path }) => posix.relative(overlay.path, path))),
  }
}

function fieldsAfter({ file, value }: Kustomization, changes: readonly FileChange[]): Kustomization['value'] {
  const content = changes.find(({ path }) => path === file)?.content
  return typeof content === 'string' ? readFields(parseYamlFile(content, file), file) : value
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
