import { setTimeout as sleep } from 'node:timers/promises'
import { createMemoryStatusBoard } from '../../adapters/status/memory-status-board.ts'
import type { ReconcilePorts } from '../../reconcile/ports.ts'
import type { Invocation } from '../command.ts'
import { openRenderer } from '../open-renderer.ts'

/** What the engine needs of the world in a clone: nobody else to tell, and nothing that outlives the command. */
export function clonePorts(
  invocation: Invocation,
  ports: Pick<ReconcilePorts, 'cluster' | 'source'> & Partial<ReconcilePorts>,
): ReconcilePorts {
  return {
    renderer: openRenderer(invocation),
    board: createMemoryStatusBoard(),
    queue: { add: async () => undefined },
    clock: {
      now: () => new Date(),
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
    },
    pruneConfirmed: async () => false,
    ...ports,
  }
}
