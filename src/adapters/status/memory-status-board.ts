import { type Target, targetId } from '../../model/target.ts'
import type { ConfigurationFault, StatusBoard, TargetStatus } from '../../model/target-status.ts'

/** For one process that serves and works. Emptying it makes facts unknown until the worker's next look. */
export function createMemoryStatusBoard(): StatusBoard {
  const boards = new Map<string, Map<string, TargetStatus>>()
  /** `targetId`s that ever waited, by repository and whom they waited for. */
  const waiters = new Map<string, Set<string>>()
  const faults = new Map<string, ConfigurationFault>()
  return {
    async put(repository, status) {
      const board = boards.get(repository) ?? new Map<string, TargetStatus>()
      const id = targetId(status.target)
      boards.set(repository, board.set(id, status))
      for (const other of status.waitsOn ?? []) {
        const key = `${repository}:${other}`
        waiters.set(key, (waiters.get(key) ?? new Set()).add(id))
      }
    },
    async waitingFor(repository, target) {
      const ids = [...(waiters.get(`${repository}:${targetId(target)}`) ?? [])]
      return stillWaiting(
        ids.flatMap((id) => boards.get(repository)?.get(id) ?? []),
        target,
      )
    },
    async get(repository, target) {
      const status = boards.get(repository)?.get(targetId(target))
      return status && withFault(status, faults.get(repository))
    },
    async list(repository) {
      return [...(boards.get(repository)?.values() ?? [])].map((status) => withFault(status, faults.get(repository)))
    },
    async configurationFault(repository) {
      return faults.get(repository)
    },
    async putConfigurationFault(repository, fault) {
      if (fault) faults.set(repository, fault)
      else faults.delete(repository)
    },
    async touch(repository, targets, observedAt) {
      const board = boards.get(repository)
      for (const status of targets.flatMap((target) => board?.get(targetId(target)) ?? []))
        board?.set(targetId(status.target), seenAt(status, observedAt))
    },
  }
}

/** What a status said of the configuration when it was put is not known any more. */
export function withFault(
  { configurationFault: _, ...status }: TargetStatus,
  fault: ConfigurationFault | undefined,
): TargetStatus {
  return { ...status, ...(fault && { configurationFault: fault }) }
}

/** Who waited once may not any more. */
export function stillWaiting(statuses: readonly TargetStatus[], target: Target): Target[] {
  return statuses.filter(({ waitsOn }) => waitsOn?.includes(targetId(target))).map((status) => status.target)
}

/** Never earlier than it was. */
export function seenAt(status: TargetStatus, observedAt: string | null | undefined): TargetStatus {
  return observedAt && observedAt > status.observedAt ? { ...status, observedAt } : status
}
