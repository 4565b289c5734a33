import { availableParallelism, totalmem } from 'node:os'

/** What a machine, or the container on it, has. */
export interface Machine {
  readonly cores: number
  readonly memoryBytes: number
}

/** What an operator may set; the rest follows from the machine. */
export interface RoomWishes {
  readonly workers?: number
  /** Memory of one build. */
  readonly memoryBytes?: number
}

export interface RenderRoom {
  /** Builds at once. */
  readonly workers: number
  /** Limits of one build. `memoryBytes` is address space. */
  readonly limits: { readonly memoryBytes: number }
}

const MIB = 1024 ** 2
/** A Go program reserves about this much address space and touches little of it; with 1,150 to 1,250 MiB in all it does not start. */
const RESERVED_BYTES = 1280 * MIB
const MOST_FOR_ONE_BUILD = 1024 * MIB
const LEAST_FOR_ONE_BUILD = 128 * MIB

/** One build a core, as long as all of them at their limits take no more than half of the memory. */
export function renderRoom(machine: Machine, wishes: RoomWishes = {}): RenderRoom {
  const fitting = Math.max(LEAST_FOR_ONE_BUILD, Math.min(MOST_FOR_ONE_BUILD, machine.memoryBytes / 4))
  const memoryBytes = wishes.memoryBytes ?? fitting
  const workers = wishes.workers ?? Math.min(machine.cores, Math.floor(machine.memoryBytes / 2 / memoryBytes))
  return { workers: Math.max(1, workers), limits: { memoryBytes: Math.floor(RESERVED_BYTES + memoryBytes) } }
}

export function thisMachine(): Machine {
  // Without a container's limit the answer is 0, or more than there is.
  const limit = process.constrainedMemory()
  return { cores: availableParallelism(), memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem() }
}
