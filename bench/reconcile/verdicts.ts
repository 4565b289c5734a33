import type { DriftLatency } from './drift-latency.ts'
import { DRIFT_GOALS, MEMORY_GOALS, MTTP_GOAL_SECONDS } from './goals.ts'
import type { HeldMemory } from './memory.ts'
import type { Mttp } from './mttp.ts'
import type { Row } from './summary.ts'
import { printGoal, printTable } from './table.ts'

/** `goal` in the unit of the figure. */
function verdict(figure: number, goal: number, unit: string): string {
  return printGoal({ what: `≤ ${goal} ${unit}`, met: figure <= goal })
}

export function printDrift(results: readonly (DriftLatency & { readonly busy: boolean })[]): string {
  const lines = results.flatMap(({ busy, targets, writes, seen, healed }) => {
    const goals = busy ? DRIFT_GOALS.busy : DRIFT_GOALS.quiet
    const name = `${writes} writes, ${targets} targets ${busy ? 'being reconciled' : 'at rest'}`
    return (['seen', 'healed'] as const).map((what) => {
      const { p50, p99, most } = what === 'seen' ? seen : healed
      return [name, what, String(p50), String(p99), String(most), verdict(p99, goals[what], 'ms')]
    })
  })
  return printTable([['drift', 'until', 'p50 ms', 'p99 ms', 'most ms', 'goal for p99'], ...lines])
}

export function printMttp({ targets, firstSeconds, updateSeconds, workerMegabytes, childrenMegabytes }: Mttp): string {
  const memory = `worker ${workerMegabytes} MB, ${JSON.stringify(childrenMegabytes)}`
  return printTable([
    [`${targets} targets in one push`, 'seconds', 'goal', 'peak memory'],
    ['new', String(firstSeconds), verdict(firstSeconds, MTTP_GOAL_SECONDS, 's'), ''],
    ['another image for all', String(updateSeconds), verdict(updateSeconds, MTTP_GOAL_SECONDS, 's'), memory],
  ])
}

export function printMemory(rows: readonly Row[], held: HeldMemory | undefined): string {
  const peaks = rows
    .filter(({ contestant }) => contestant === 'Lockstep')
    .map(({ peakMegabytes }) => peakMegabytes.most)
  const thousand = Math.max(...peaks)
  const lines = [
    ...(peaks.length > 0
      ? [['1,000 objects, the most in any phase', String(thousand), verdict(thousand, MEMORY_GOALS[1_000], 'MB')]]
      : []),
    ...(held ? heldLines(held) : []),
  ]
  return printTable([['memory of the engine', 'peak MB', 'goal'], ...lines])
}

function heldLines(held: HeldMemory): string[][] {
  const name = `${held.objects} objects in ${held.targets} targets`
  const goal = MEMORY_GOALS[20_000]
  return [
    [`${name}, held`, String(held.holdingMegabytes), verdict(held.holdingMegabytes, goal, 'MB')],
    [`${name}, at rest`, String(held.restingMegabytes), `known after ${held.knownAfterSeconds} s`],
    [`${name}, applied by the same process`, String(held.applyingMegabytes), ''],
  ]
}
