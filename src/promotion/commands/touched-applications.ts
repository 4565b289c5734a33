import type { PullRequest } from '../../model/github.ts'
import type { Mirror } from '../../model/mirror.ts'
import type { Tree } from '../../model/tree.ts'
import type { Snapshot } from '../pulls/snapshot.ts'

/** Applications of which the pull request changes (or changed) a file that one of their overlays is built from. */
export async function touchedApplications(mirror: Mirror, snapshot: Snapshot, pull: PullRequest): Promise<Set<string>> {
  const sides = await changedSides(mirror, snapshot, pull)
  if (!sides) return new Set()
  const [before, after] = await Promise.all(sides.map((tree) => tree.entries()))
  const paths = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])]
  const changed = paths.filter((path) => before?.get(path)?.id !== after?.get(path)?.id)
  const touches = (directories: readonly string[]) =>
    changed.some((path) => directories.some((directory) => path.startsWith(`${directory}/`)))
  const touched = snapshot.overlays.filter((overlay) => touches(directoriesOf(snapshot, overlay)))
  return new Set(touched.map(({ application }) => application))
}

/** An overlay that cannot be read is still its own directory. */
function directoriesOf({ sources }: Snapshot, overlay: Snapshot['overlays'][number]): string[] {
  try {
    return sources.closure(overlay).map(({ directory }) => directory)
  } catch {
    return [overlay.path]
  }
}

async function changedSides(
  mirror: Mirror,
  { tip, sources }: Snapshot,
  pull: PullRequest,
): Promise<Tree[] | undefined> {
  if (pull.mergeCommit && pull.merged) {
    const [parent] = (await mirror.commit(pull.mergeCommit)).parents
    return parent ? [await mirror.tree(parent), await mirror.tree(pull.mergeCommit)] : undefined
  }
  const merged = await mirror.merge(tip, pull.head.sha)
  return 'tree' in merged ? [sources.tree, merged.tree] : undefined
}
