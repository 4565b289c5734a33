import type { StatusBoard } from '../../model/target-status.ts'
import type { HeldLease } from './held-lease.ts'

/** A board on which only the worker that holds the cluster writes: what another finds out afterwards may be old. */
export function ownedBoard(board: StatusBoard, { signal }: Pick<HeldLease, 'signal'>): StatusBoard {
  return {
    get: (repository, target) => board.get(repository, target),
    list: (repository) => board.list(repository),
    waitingFor: (repository, target) => board.waitingFor(repository, target),
    configurationFault: (repository) => board.configurationFault(repository),
    async putConfigurationFault(repository, fault) {
      if (!signal.aborted) await board.putConfigurationFault(repository, fault)
    },
    async put(repository, status) {
      if (!signal.aborted) await board.put(repository, status)
    },
    async touch(repository, targets, observedAt) {
      if (!signal.aborted) await board.touch(repository, targets, observedAt)
    },
  }
}
