import { ClusterError } from '../../model/cluster-error.ts'
import { LockstepError, type Problem } from '../../model/errors.ts'
import type { Target } from '../../model/target.ts'
import { failureProblems } from '../../reconcile/pass/failure.ts'
import type { ReconcilePorts } from '../../reconcile/ports.ts'
import type { ReachableClusters } from './open-clusters.ts'

/** A kubeconfig leads to one cluster: where the options leave open which, its inventories tell. */
export async function clusterNames(
  { only, view }: ReachableClusters,
  declared: readonly Target[],
  { repository, signal }: { repository: string; signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const named = new Set(declared.map(({ cluster }) => cluster))
  if (!only || named.size <= 1) return named
  const inventories = (await view(only).inventories(signal)).inventories()
  const found = new Set(inventories.filter((one) => one.repository === repository).map(({ target }) => target.cluster))
  const there = new Set([...named].filter((name) => found.has(name)))
  if (there.size > 0) return there
  const message = `The kubeconfig leads to one cluster, which holds nothing of ${repository}, and there are several.`
  const remedy = `Add --cluster with one of ${[...named].sort().join(', ')}.`
  throw new LockstepError({ code: 'CLUSTER_AMBIGUOUS', message, remedy }, { kind: 'usage' })
}

export interface Answer {
  /** Why nothing of it can be known. */
  readonly problems?: readonly Problem[]
  readonly unreachable: boolean
}

/** Once a cluster, so that one that does not answer is waited for once. */
export async function askClusters(
  ports: Pick<ReconcilePorts, 'cluster'>,
  { view }: ReachableClusters,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Answer>> {
  const ask = async (name: string): Promise<Answer> => {
    try {
      await view(await ports.cluster(name)).inventories(signal)
      return { unreachable: false }
    } catch (error) {
      signal.throwIfAborted()
      return { problems: failureProblems(error), unreachable: isOutage(error) }
    }
  }
  const answers = await Promise.all(names.map(async (name) => [name, await ask(name)] as const))
  return new Map(answers)
}

function isOutage(error: unknown): boolean {
  return error instanceof LockstepError
    ? error.kind === 'unreachable'
    : error instanceof ClusterError && error.retryable
}
