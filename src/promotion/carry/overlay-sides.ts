import { posix } from 'node:path'
import type { Overlay } from '../../model/target.ts'
import { blobId, type FileChange } from '../../model/tree.ts'
import { parseYamlFile } from '../edit/yaml-file.ts'
import type { CarryPair } from './carry-pairs.ts'
import { filesBelow } from './files-below.ts'
import { type Kustomization, readFields, type Sources } from './kustomization-sources.ts'
import { overlaysInside } from './overlays-of.ts'
import { patchFiles } from './patch-files.ts'
import { type Difference, remainingDifferences, type Side } from './plan-differences.ts'

/** What still differs between overlays and those they take values from once the files are as planned. */
export function differencesAfter(
  sources: Sources,
  changes: readonly FileChange[],
  pairs: readonly Pick<CarryPair, 'origin' | 'target'>[],
  keep: readonly string[],
): { kept: Difference[]; unexplained: Difference[] } {
  const side = (of: Overlay) => sideOf(sources, changes, of)
  const here = pairs.filter(({ origin }) => sources.overlays.includes(origin.overlay))
  const each = here.map(({ origin, target }) => {
    const { kept, unexplained } = remainingDifferences(side(origin.overlay), side(target.overlay), keep)
    const placed = (differences: readonly Difference[]) => differences.map((one) => ofCluster(one, target.overlay))
    return here.length > 1 ? { kept: placed(kept), unexplained: placed(unexplained) } : { kept, unexplained }
  })
  return { kept: each.flatMap(({ kept }) => kept), unexplained: each.flatMap(({ unexplained }) => unexplained) }
}

/** An environment of several overlays has one for each cluster. */
function ofCluster(difference: Difference, { cluster }: Overlay): Difference {
  return cluster === undefined ? difference : { ...difference, path: `${cluster}: ${difference.path}` }
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
