import type { DriftConfig } from '../../config/repository-config.ts'
import type { RepositoryRef } from '../../model/github.ts'
import { repositoryName } from '../../model/github.ts'
import type { Target } from '../../model/target.ts'
import { isFresh } from '../../model/target-drift.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { driftId } from '../drift/drift.ts'
import type { ReconcilePorts } from '../ports.ts'
import { wakingKey } from './waking-key.ts'

type BoardPorts = Pick<ReconcilePorts, 'board' | 'queue'>

/** What the board holds of a target. */
export async function knownStatus(
  { board }: BoardPorts,
  repository: RepositoryRef,
  target: Target,
): Promise<TargetStatus | undefined> {
  return board.get(repositoryName(repository), target)
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
  const now = new Date(status.observedAt)
  if (gateKey(status, now) !== gateKey(previous, now)) {
    const delayMs = await untilItBlocks(status, driftConfig)
    const about = aboutDrift(status, previous)
    await queue.add({ kind: 'gates', repository, environment, ...(about && { about }) }, { delayMs })
  }
  if (wakingKey(status) !== wakingKey(previous)) {
    await queue.add({ kind: 'promotions', repository })
    await wakeWaiting({ board, queue }, repository, status.target)
  }
}

/** Drift that changed, or that ended; undefined for what else gates ask for. */
function aboutDrift(status: TargetStatus, previous: TargetStatus | undefined): 'drift' | 'settled' | undefined {
  if (status.drift.length > 0) return 'drift'
  return previous && previous.drift.length > 0 ? 'settled' : undefined
}

/** Targets that were kept back for this one may have their turn now. */
async function wakeWaiting({ board, queue }: BoardPorts, repository: RepositoryRef, target: Target): Promise<void> {
  const waiting = await board.waitingFor(repositoryName(repository), target)
  for (const one of waiting) await queue.add({ kind: 'reconcile', repository, target: one })
}

/** Drift that is about to be healed is worth a verdict only when that takes too long. */
async function untilItBlocks(
  { drift }: TargetStatus,
  driftConfig: () => Promise<DriftConfig | undefined>,
): Promise<number> {
  if (drift.length === 0 || drift.some(({ contended }) => contended)) return 0
  const config = await driftConfig()
  return config?.policy === 'heal' ? config.blockAfterMs : 0
}

/** All that gates and comments say of a target. What was not said again for too long is as unknown to them as what never was. */
function gateKey(status: TargetStatus | undefined, now: Date): string {
  if (!status || status.sync === 'Unknown' || !isFresh(status, now)) return 'unknown'
  const { track, waitingFor, suspended } = status
  const drift = status.drift.map((entry) => `${driftId(entry)}\n${entry.contended ?? false}`).sort()
  return JSON.stringify([track, waitingFor, suspended, drift])
}
