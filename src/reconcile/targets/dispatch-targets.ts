import { LockstepError } from '../../model/errors.ts'
import type { RepositoryRef } from '../../model/github.ts'
import { repositoryName } from '../../model/github.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Target } from '../../model/target.ts'
import { targetId } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'
import { failureOutcome } from '../pass/failure.ts'
import type { ReconcilePorts } from '../ports.ts'
import { publishConfiguration } from '../report/publish-configuration.ts'
import { heldTargets, noneWhereEmpty, type TrackedTarget } from './declared-targets.ts'
import { isDue } from './is-due.ts'

const RENDERS_AT_ONCE = 4

/** `dispatchTargets` with what came of it: a repository that cannot be read is refused once, and nothing new is applied or removed for it. */
export async function dispatchRepository(ports: ReconcilePorts, repository: RepositoryRef): Promise<Outcome> {
  try {
    const { length } = await dispatchTargets(ports, repository)
    const message = `${length} targets are reconciled.`
    return { decision: length > 0 ? 'done' : 'nothing', code: 'DISPATCHED', message }
  } catch (error) {
    return failureOutcome(error)
  }
}

/**
 * The default branch moved, or it is time to look again: enqueues a reconcile of every target that is not known to hold what it should, and
 * for each cluster the search for targets that left Git. Answers which are due: none where the repository has no commit or no configuration
 * yet. Throws a LockstepError for a configuration that cannot be read, once the board tells it and the targets of the last one that could be
 * are held.
 */
export async function dispatchTargets(ports: ReconcilePorts, repository: RepositoryRef): Promise<Target[]> {
  const source = await ports.source(repository)
  await publishConfiguration(ports, repository, source)
  const declared = await heldTargets(source).catch(noneWhereEmpty)
  if (!declared) return []
  const due = await dueTargets(ports, repository, declared.targets)
  await Promise.all(due.map((target) => ports.queue.add({ kind: 'reconcile', repository, target })))
  if (declared.fault) throw new LockstepError(declared.fault.problems)
  await Promise.all((ports.clusters?.() ?? []).map((cluster) => ports.queue.add({ kind: 'left', repository, cluster })))
  return due
}

async function dueTargets(
  ports: ReconcilePorts,
  repository: RepositoryRef,
  targets: readonly TrackedTarget[],
): Promise<Target[]> {
  const statuses = await ports.board.list(repositoryName(repository))
  const known = new Map(statuses.map((status) => [targetId(status.target), status]))
  const digests = new Digests(ports)
  const now = ports.clock.now()
  const due = await mapLimited(targets, RENDERS_AT_ONCE, async (one) => {
    const status = known.get(targetId(one.target))
    const answer = isDue(one, status, now)
    const yes =
      answer === 'unknown' && one.tree
        ? (await digests.of(one.tree, one.overlay.path)) !== status?.renderDigest
        : answer
    return yes ? [one.target] : []
  })
  return due.flat()
}

/** Of renders, one for all the clusters that share an overlay. */
class Digests {
  readonly #renderer: ReconcilePorts['renderer']
  readonly #known = new Map<Tree, Map<string, Promise<string | undefined>>>()

  constructor({ renderer }: ReconcilePorts) {
    this.#renderer = renderer
  }

  /** undefined for an overlay that does not build: the reconcile says what is wrong with it. */
  of(tree: Tree, path: string): Promise<string | undefined> {
    const ofTree = this.#known.get(tree) ?? new Map<string, Promise<string | undefined>>()
    this.#known.set(tree, ofTree)
    const known = ofTree.get(path) ?? this.#render(tree, path)
    ofTree.set(path, known)
    return known
  }

  async #render(tree: Tree, path: string): Promise<string | undefined> {
    const render = await this.#renderer.render(tree, path).catch(() => undefined)
    return render?.digest
  }
}
