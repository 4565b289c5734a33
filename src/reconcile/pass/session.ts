import type { Cluster } from '../../model/cluster.ts'
import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import type { Target } from '../../model/target.ts'
import type { Ownership } from '../desired/desired.ts'
import { applySetId, inventoryName, targetLabel } from '../labels.ts'
import type { ReconcilePorts } from '../ports.ts'

/** One look at, or one pass over, one target. */
export interface Session {
  readonly ports: ReconcilePorts
  readonly ref: RepositoryRef
  /** `owner/name`. */
  readonly repository: string
  readonly target: Target
  readonly cluster: Cluster
  readonly ownership: Ownership
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
  const applySet = applySetId(inventoryName(repository, request.target), inventoryNamespace)
  return {
    ports,
    ref: request.repository,
    repository,
    target: request.target,
    cluster: await ports.cluster(request.target.cluster),
    ownership: { target: targetLabel(repository, request.target), applySet },
    inventoryNamespace,
    concurrency,
    signal: request.signal,
  }
}
