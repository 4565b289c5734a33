/** `create` makes something people are told about; GitHub counts those apart. */
export type WriteKind = 'create' | 'edit'

export interface Pacing {
  /** Between two writes. */
  readonly minGapMs: number
  readonly writesPerMinute: number
  readonly creationsPerHour: number
  /** Of the creations, those kept back for gates. */
  readonly keptForGates: number
}

/** Below what GitHub allows (about 80 writes a minute, 500 creations an hour), so that people and other bots have room. */
export const GITHUB_PACING: Pacing = { minGapMs: 1000, writesPerMinute: 60, creationsPerHour: 400, keptForGates: 50 }

/** For a GitHub on this machine, which has no one to protect. */
export const UNPACED: Pacing = {
  minGapMs: 0,
  writesPerMinute: Number.POSITIVE_INFINITY,
  creationsPerHour: Number.POSITIVE_INFINITY,
  keptForGates: 0,
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** When the next write may go out, from those that went. Times in milliseconds since 1970. */
export class Pace {
  readonly #pacing: Pacing
  #writes: number[] = []
  #creations: number[] = []

  constructor(pacing: Pacing) {
    this.#pacing = pacing
  }

  opensAt(kind: WriteKind, gate: boolean): number {
    const { minGapMs, writesPerMinute, creationsPerHour, keptForGates } = this.#pacing
    const gap = (this.#writes.at(-1) ?? Number.NEGATIVE_INFINITY) + minGapMs
    const minute = nthFromEnd(this.#writes, writesPerMinute) + MINUTE
    if (kind === 'edit') return Math.max(gap, minute)
    const hour =
      nthFromEnd(this.#creations, gate ? creationsPerHour : Math.max(creationsPerHour - keptForGates, 1)) + HOUR
    return Math.max(gap, minute, hour)
  }

  took(kind: WriteKind, now: number): void {
    this.#writes = [...this.#writes.filter((time) => time > now - MINUTE), now]
    if (kind === 'create') this.#creations = [...this.#creations.filter((time) => time > now - HOUR), now]
  }
}

/** When the n-th write counted from the newest was; with fewer than n there is room at once. */
function nthFromEnd(times: readonly number[], n: number): number {
  return times[times.length - n] ?? Number.NEGATIVE_INFINITY
}
