import { REPOSITORY_CONFIG_FILE } from '../config/load.ts'
import type { RepositoryConfig } from '../config/repository-config.ts'
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
  for (const path of await changedPaths(before.merged, after.merged)) moved.add(path)
  if (moved.has(REPOSITORY_CONFIG_FILE)) return true
  const { config } = await tryLoad(after.base)
  return config !== undefined && touchesAny(config, moved, [before.base, before.merged], [after.base, after.merged])
}

interface Merge {
  readonly base: Tree
  readonly merged?: Tree
  readonly conflicts: readonly string[]
}

async function merge(mirror: Mirror, base: string, head: string): Promise<Merge> {
  const merged = await mirror.merge(base, head)
  const tree = await mirror.tree(base)
  return 'conflicts' in merged
    ? { base: tree, conflicts: merged.conflicts }
    : { base: tree, merged: merged.tree, conflicts: [] }
}

/** Whether an overlay that the head touches before or after the move reads one of the moved paths. */
async function touchesAny(
  config: RepositoryConfig,
  moved: ReadonlySet<string>,
  ...steps: readonly (readonly [base: Tree, merged: Tree])[]
): Promise<boolean> {
  const sides: Side[] = []
  const own = new Set<string>()
  for (const [base, merged] of steps) {
    const step = await bothSides(config, base, merged)
    for (const { overlay } of await affectedOverlays(step.base, step.head)) own.add(overlay.path)
    sides.push(step.base, step.head)
  }
  for (const { tree, overlays } of sides) {
    const paths = overlays.map(({ path }) => path).filter((path) => own.has(path))
    if ((await overlaysReading(tree, paths, moved)).size > 0) return true
  }
  return false
}
