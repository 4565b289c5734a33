import { REPOSITORY_CONFIG_FILE } from '../config/load.ts'
import { overlaysReading } from '../model/kustomization/overlays-reading.ts'
import type { Overlay } from '../model/target.ts'
import type { Tree, TreeEntry } from '../model/tree.ts'

/** A side of the comparison: its files, and the overlays the base's configuration finds in them. */
export interface Side {
  readonly tree: Tree
  readonly overlays: readonly Overlay[]
}

/** An overlay that may render differently, and on which sides there is one to render. */
export interface AffectedOverlay {
  readonly overlay: Overlay
  readonly inBase: boolean
  readonly inHead: boolean
}

/**
 * Overlays one of whose inputs differs between the sides, by blob id and kind. Every overlay is affected where the
 * repository's configuration itself changes.
 */
export async function affectedOverlays(base: Side, head: Side): Promise<AffectedOverlay[]> {
  const changed = await changedPaths(base.tree, head.tree)
  if (changed.size === 0) return []
  const everyOverlay = changed.has(REPOSITORY_CONFIG_FILE)
  const [before, after] = [await overlaysReadingAt(base, changed), await overlaysReadingAt(head, changed)]
  return bothSides(base.overlays, head.overlays).filter(({ overlay, inBase, inHead }) => {
    return everyOverlay || inBase !== inHead || before.has(overlay.path) || after.has(overlay.path)
  })
}

function overlaysReadingAt({ tree, overlays }: Side, changed: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  return overlaysReading(
    tree,
    overlays.map(({ path }) => path),
    changed,
  )
}

/** Paths whose content, kind or existence differs. Whether a file may be executed is nothing a render depends on. */
export async function changedPaths(base: Tree, head: Tree): Promise<Set<string>> {
  if (base.id === head.id) return new Set()
  const [old, now] = [await base.entries(), await head.entries()]
  const differs = (path: string) => identity(old.get(path)) !== identity(now.get(path))
  return new Set([...old.keys(), ...now.keys()].filter(differs))
}

function identity(entry: TreeEntry | undefined): string | undefined {
  return entry && `${entry.mode === '100755' ? '100644' : entry.mode} ${entry.id}`
}

function bothSides(base: readonly Overlay[], head: readonly Overlay[]): AffectedOverlay[] {
  const old = new Map(base.map((overlay) => [overlay.path, overlay]))
  const now = new Map(head.map((overlay) => [overlay.path, overlay]))
  const gone = base.filter((overlay) => !now.has(overlay.path))
  return [...head, ...gone].map((overlay) => ({
    overlay,
    inBase: old.has(overlay.path),
    inHead: now.has(overlay.path),
  }))
}
