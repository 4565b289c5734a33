import { posix } from 'node:path'
import type { Overlay } from '../../model/target.ts'
import { type FileChange, overlayTree } from '../../model/tree.ts'
import { kustomizationFile, readSources, type Sources } from './kustomization-sources.ts'
import { patchFiles } from './patch-files.ts'
import { type Difference, filesBelow, remainingDifferences, type Side } from './plan-differences.ts'

/** What still differs between the two overlays once the files are as planned. */
export async function differencesAfter(
  sources: Sources,
  files: readonly FileChange[],
  origin: Overlay | undefined,
  overlay: Overlay | undefined,
  keep: readonly string[],
): Promise<{ kept: Difference[]; unexplained: Difference[] }> {
  if (!origin || !overlay || !sources.overlays.includes(origin)) return { kept: [], unexplained: [] }
  const after = overlayTree(sources.tree, files)
  const later = await readSources(after, [origin, overlay])
  const directories = sources.overlays.map(({ path }) => path)
  return remainingDifferences(sideOf(later, origin, directories), sideOf(later, overlay, directories), keep)
}

function sideOf(sources: Sources, overlay: Overlay, others: readonly string[]): Side {
  const kustomization = sources.closure(overlay)[0]
  const file = kustomizationFile(sources.entries, overlay.path) ?? ''
  const patches = kustomization ? patchFiles(overlay.path, kustomization.value) : []
  return {
    directory: overlay.path,
    value: kustomization?.value,
    files: filesBelow(sources.entries, overlay.path, others, file),
    patches: new Set(patches.map(({ path }) => posix.relative(overlay.path, path))),
  }
}
