import { REPOSITORY_CONFIG_FILE } from '../config/load.ts'
import { overlaysReading } from '../model/kustomization/overlays-reading.ts'
import type { Mirror } from '../model/mirror.ts'
import type { Tree } from '../model/tree.ts'
import { affectedOverlays, changedPaths, type Side } from './affected-overlays.ts'
import { bothSides } from './inspect-trees.ts'
import { tryLoad } from './rules.ts'

/** A base branch's commits before and after. */
export interface BaseMove {
  readonly from: string
  readonly to: string
}

/**
 * Whether the move of its base can change what there is to say about a head: when what is merged conflicts otherwise than before,
 * the repository's rules moved, or an input of an overlay that the head itself touches did, on either side of either commit.
 */
export async function isReachedBy(mirror: Mirror, head: string, { from, to }: BaseMove): Promise<boolean> {
  if (from === to) return false
  const [before, after] = [await merge(mirror, from, head), await merge(mirror, to, head)]
  if (!before.merged || !after.merged) return before.conflicts.join('\0') !== after.conflicts.join('\0')
  const moved = await changedPaths(before.base, after.base)
  if (moved.has(REPOSITORY_CONFIG_FILE)) return true
  const { config } = await tryLoad(after.base)
  if (!config) return false
  const [old, now] = [
    await bothSides(config, before.base, before.merged),
    await bothSides(config, after.base, after.merged),
  ]
  return touchesWhatMoved(moved, old, now)
}

interface Merge {
  readonly base: Tree
  readonly merged?: Tree
  readonly conflicts: readonly string[]
}

async function merge(mirror: Mirror, commit: string, head: string): Promise<Merge> {
  const merged = await mirror.merge(commit, head)
  const base = await mirror.tree(commit)
  return 'conflicts' in merged ? { base, conflicts: merged.conflicts } : { base, merged: merged.tree, conflicts: [] }
}

interface Step {
  readonly base: Side
  readonly head: Side
}

/** Whether an overlay that the head touches before or after the move reads, on any side, what moved there. */
async function touchesWhatMoved(moved: ReadonlySet<string>, old: Step, now: Step): Promise<boolean> {
  const touched = [...(await affectedOverlays(old.base, old.head)), ...(await affectedOverlays(now.base, now.head))]
  const own = new Set(touched.map(({ overlay }) => overlay.path))
  if (own.size === 0) return false
  const everywhere = new Set([...moved, ...(await changedPaths(old.head.tree, now.head.tree))])
  for (const { tree, overlays } of [old.base, now.base, old.head, now.head]) {
    const paths = overlays.map(({ path }) => path).filter((path) => own.has(path))
    if ((await overlaysReading(tree, paths, everywhere)).size > 0) return true
  }
  return false
}
