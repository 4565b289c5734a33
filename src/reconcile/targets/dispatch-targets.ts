import { findOverlays, targetsOf } from '../../config/layout.ts'
import { loadRepositoryConfig } from '../../config/load.ts'
import type { RepositoryRef } from '../../model/github.ts'
import { repositoryName } from '../../model/github.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { Overlay, Target } from '../../model/target.ts'
import { targetId } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import type { Tree } from '../../model/tree.ts'
import type { ReconcilePorts } from '../ports.ts'

const KNOWN_FOR_MS = 60_000
const RENDERS_AT_ONCE = 4

/**
 * The default branch moved, or it is time to look again: enqueues a reconcile of every target that is not known to hold the newest
 * render. Answers which those are: none where the repository has no configuration yet. Throws a LockstepError for one that cannot be
 * read.
 */
export async function dispatchTargets(ports: ReconcilePorts, repository: RepositoryRef): Promise<Target[]> {
  const source = await ports.source(repository)
  const { tree } = await source.newest()
  const config = await loadRepositoryConfig(tree)
  if (!config) return []
  const all = targetsOf(config, await findOverlays(config, tree))
  const statuses = new Map(
    (await ports.board.list(repositoryName(repository))).map((status) => [targetId(status.target), status]),
  )
  const due = await mapLimited(all, RENDERS_AT_ONCE, async ({ target, overlay }) =>
    (await isDue(ports, tree, overlay, statuses.get(targetId(target)))) ? [target] : [],
  )
  for (const target of due.flat()) await ports.queue.add({ kind: 'reconcile', repository, target })
  return due.flat()
}

async function isDue(
  ports: ReconcilePorts,
  tree: Tree,
  overlay: Overlay,
  status: TargetStatus | undefined,
): Promise<boolean> {
  if (!status || !isInOrder(status, ports.clock.now())) return true
  return (await digestOf(ports, tree, overlay)) !== status.renderDigest
}

/** Anything unknown or unfinished is looked at again. */
function isInOrder({ sync, problems, observedAt }: TargetStatus, now: Date): boolean {
  return sync === 'Synced' && problems.length === 0 && now.getTime() - Date.parse(observedAt) <= KNOWN_FOR_MS
}

/** undefined for an overlay that does not build: the reconcile says what is wrong with it. */
async function digestOf({ renderer }: ReconcilePorts, tree: Tree, overlay: Overlay): Promise<string | undefined> {
  const render = await renderer.render(tree, overlay.path).catch(() => undefined)
  return render?.digest
}
