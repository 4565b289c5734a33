import { OF_KUBECTL, PHASE_GOALS } from './goals.ts'
import { type Counts, total } from './request-log.ts'
import { type Measured, PHASES, type Phase } from './series.ts'
import { median, round } from './statistics.ts'

export interface Row {
  readonly phase: Phase
  readonly contestant: string
  readonly milliseconds: Spread
  /** Of the same phase in the same run; a cold no-op is held against their no-op. */
  readonly ofFlux?: number
  readonly ofKubectl?: number
  readonly requests: Counts
  readonly ownRequests: Counts
  readonly discovery: number
  readonly peakMegabytes: Spread
  readonly goals: readonly Goal[]
}

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface Goal {
  readonly what: string
  readonly met: boolean
}

const LOCKSTEP = 'Lockstep'

/** One row a phase and contestant, over all runs. */
export function summarise(runs: readonly Measured[]): Row[] {
  return PHASES.flatMap((phase) => {
    const contestants = [...new Set(runs.filter((one) => one.phase === phase).map(({ contestant }) => contestant))]
    return contestants.map((contestant) => rowOf(runs, phase, contestant))
  })
}

function rowOf(runs: readonly Measured[], phase: Phase, contestant: string): Row {
  const own = select(runs, phase, contestant)
  const milliseconds = spread(own.map((one) => one.milliseconds))
  const first = own[0] as Measured
  const ratio = (other: string) => ratioTo(milliseconds.median, select(runs, comparable(phase), other))
  const ofFlux = ratio('Flux')
  const ofKubectl = ratio('kubectl')
  const row = {
    phase,
    contestant,
    milliseconds,
    ...(ofFlux !== undefined && { ofFlux }),
    ...(ofKubectl !== undefined && { ofKubectl }),
    requests: first.requests.objects,
    ownRequests: first.requests.own,
    discovery: first.requests.discovery,
    peakMegabytes: spread(own.map(({ peakBytes }) => peakBytes / 1024 ** 2)),
  }
  return { ...row, goals: contestant === LOCKSTEP ? goalsOf(row) : [] }
}

function comparable(phase: Phase): Phase {
  return phase === 'no-op, cold' ? 'no-op' : phase
}

function goalsOf({ phase, ofFlux, ofKubectl, requests }: Omit<Row, 'goals'>): Goal[] {
  const goal = PHASE_GOALS[phase]
  return [
    ...(ofFlux === undefined ? [] : [{ what: `≤ ${goal.ofFlux} of Flux`, met: ofFlux <= goal.ofFlux }]),
    ...(ofKubectl === undefined ? [] : [{ what: 'not slower than kubectl', met: ofKubectl <= OF_KUBECTL }]),
    ...(goal.requests === undefined
      ? []
      : [{ what: `≤ ${goal.requests} requests`, met: total(requests) <= goal.requests }]),
  ]
}

function select(runs: readonly Measured[], phase: Phase, contestant: string): Measured[] {
  return runs.filter((one) => one.phase === phase && one.contestant === contestant)
}

function ratioTo(milliseconds: number, others: readonly Measured[]): number | undefined {
  if (others.length === 0) return undefined
  return round(milliseconds / median(others.map((one) => one.milliseconds)), 4)
}

export function spread(numbers: readonly number[]): Spread {
  return {
    median: round(median(numbers), 1),
    least: round(Math.min(...numbers), 1),
    most: round(Math.max(...numbers), 1),
  }
}
