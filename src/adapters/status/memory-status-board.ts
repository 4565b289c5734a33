import { targetId } from '../../model/target.ts'
import type { StatusBoard, TargetStatus } from '../../model/target-status.ts'

/** For one process that serves and works. Emptying it makes facts unknown until the worker's next look. */
export function createMemoryStatusBoard(): StatusBoard {
  const boards = new Map<string, Map<string, TargetStatus>>()
  return {
    async put(repository, status) {
      const board = boards.get(repository) ?? new Map<string, TargetStatus>()
      boards.set(repository, board.set(targetId(status.target), status))
    },
    async get(repository, target) {
      return boards.get(repository)?.get(targetId(target))
    },
    async list(repository) {
      return [...(boards.get(repository)?.values() ?? [])]
    },
    async touch(repository, targets, observedAt) {
      const board = boards.get(repository)
      for (const status of targets.flatMap((target) => board?.get(targetId(target)) ?? []))
        board?.set(targetId(status.target), seenAt(status, observedAt))
    },
  }
}

/** Never earlier than it was. */
export function seenAt(status: TargetStatus, observedAt: string | null | undefined): TargetStatus {
  return observedAt && observedAt > status.observedAt ? { ...status, observedAt } : status
}
