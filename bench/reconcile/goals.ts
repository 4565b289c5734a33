import type { Phase } from './series.ts'

/** At most these parts of what Flux's library takes in the same run, and at most so many requests about objects. */
export const PHASE_GOALS: Readonly<Record<Phase, { readonly ofFlux: number; readonly requests?: number }>> = {
  'first apply': { ofFlux: 0.7 },
  'no-op': { ofFlux: 0.1, requests: 0 },
  'no-op, cold': { ofFlux: 0.1, requests: 30 },
  'one change': { ofFlux: 0.05, requests: 2 },
  'one drifted': { ofFlux: 0.05 },
}

/** Never slower than kubectl. */
export const OF_KUBECTL = 1

/** Milliseconds, 99 of 100. */
export const DRIFT_GOALS = {
  quiet: { seen: 50, healed: 250 },
  busy: { seen: 2_000, healed: 5_000 },
} as const

export const MTTP_GOAL_SECONDS = 60

/** Megabytes resident at most, by objects held. */
export const MEMORY_GOALS = { 1000: 120, 20000: 250 } as const
