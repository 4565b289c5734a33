import type { Cluster } from '../../model/cluster.ts'
import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import type { Target } from '../../model/target.ts'
import type { Ownership } from '../desired/desired.ts'
import { HealMemory } from '../heal/heal-memory.ts'
import { applySetId, inventoryName, targetLabel } from '../labels.ts'
import { ListedView } from '../live/listed-view.ts'
import type { ClusterView, LiveView } from '../live/live-view.ts'
import type { ReconcilePorts } from '../ports.ts'

/** One look at, or one pass over, one target. */
export interface Session {
  readonly ports: ReconcilePorts
  readonly ref: RepositoryRef
  /** `owner/name`. */
  readonly repository: string
  readonly target: Target
  readonly cluster: Cluster
  readonly view: LiveView
  /** Where a watch tells them. */
  readonly inventories?: Pick<ClusterView, 'inventories' | 'takeInventory'>
  readonly ownership: Ownership
  readonly heals: HealMemory
  readonly inventoryNamespace: string
  readonly concurrency: number
  readonly signal: AbortSignal
}

export interface TargetRequest {
  readonly repository: RepositoryRef
  readonly target: Target
  readonly signal: AbortSignal
}

export async function openSession(ports: ReconcilePorts, request: TargetRequest): Promise<Session> {
  const repository = repositoryName(request.repository)
  const { inventoryNamespace = 'lockstep-system', concurrency = 16 } = ports.settings ?? {}
  const label = targetLabel(repository, request.target)
  const { environment } = request.target
  const cluster = await ports.cluster(request.target.cluster, { repository, environment })
  const shared = await ports.view?.(cluster, label)
  const applySet = applySetId(inventoryName(repository, request.target), inventoryNamespace)
  return {
    ports,
    ref: request.repository,
    repository,
    target: request.target,
    cluster,
    view: shared ?? new ListedView(cluster, { label, concurrency, clock: ports.clock }),
    ...(shared && { inventories: shared }),
    ownership: { target: label, applySet },
    heals: ports.heals ?? new HealMemory(),
    inventoryNamespace,
    concurrency,
    signal: request.signal,
  }
}
