import type { DriftConfig } from '../../config/repository-config.ts'
import type { RepositoryRef } from '../../model/github.ts'
import { repositoryName } from '../../model/github.ts'
import { type Target, targetId } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { driftId } from '../drift/drift.ts'
import type { ReconcilePorts } from '../ports.ts'

type BoardPorts = Pick<ReconcilePorts, 'board' | 'queue'>

/** What the board holds of a target. */
export async function knownStatus(
  { board }: BoardPorts,
  repository: RepositoryRef,
  target: Target,
): Promise<TargetStatus | undefined> {
  const statuses = await board.list(repositoryName(repository))
  return statuses.find((status) => targetId(status.target) === targetId(target))
}

/** Puts a status on the board, and wakes those who decide by what changed: gates by drift, promotions by health and revision. */
export async function publishStatus(
  { board, queue }: BoardPorts,
  repository: RepositoryRef,
  status: TargetStatus,
  previous: TargetStatus | undefined,
  driftConfig: () => Promise<DriftConfig | undefined> = async () => undefined,
): Promise<void> {
  await board.put(repositoryName(repository), status)
  const { environment } = status.target
  if (driftKey(status) !== driftKey(previous)) {
    const drift = status.drift.length > 0 ? await driftConfig() : undefined
    const options = drift?.policy === 'heal' ? { delayMs: drift.blockAfterMs } : {}
    await queue.add({ kind: 'gates', repository, environment }, options)
  }
  if (promotionKey(status) !== promotionKey(previous)) await queue.add({ kind: 'promotions', repository })
}

function driftKey(status: TargetStatus | undefined): string {
  return (status?.drift ?? []).map(driftId).sort().join('\n\n')
}

function promotionKey(status: TargetStatus | undefined): string {
  return [status?.health, status?.renderDigest, status?.healthySince, status?.sync].join('\n')
}
