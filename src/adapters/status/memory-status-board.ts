import { type Target, targetId } from '../../model/target.ts'
import type { StatusBoard, TargetStatus } from '../../model/target-status.ts'

/** For one process that serves and works. Emptying it makes facts unknown until the worker's next look. */
export function createMemoryStatusBoard(): StatusBoard {
  const boards = new Map<string, Map<string, TargetStatus>>()
  return {
    async put(repository, status) {
      const board = boards.get(repository) ?? new Map<string, TargetStatus>()
      boards.set(repository, board.set(targetId(status.target as Target), status))
    },
    async list(repository) {
      return [...(boards.get(repository)?.values() ?? [])]
    },
  }
}
