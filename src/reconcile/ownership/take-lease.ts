import type { LeaseDurations } from './durations.ts'
import type { LeaseRecord } from './lease-record.ts'

/** A Lease as this process knows it. */
export interface Sighting {
  /** undefined: there is none yet. */
  readonly record: LeaseRecord | undefined
  /** When this very renewal was first seen, by this process's monotonic clock: clocks of other machines are not trusted. */
  readonly since: number
}

/** What is known after another look; a label or annotation that somebody changed is no renewal. */
export function sight(before: Sighting | undefined, record: LeaseRecord | undefined, now: number): Sighting {
  const isSame = before !== undefined && renewalOf(before.record) === renewalOf(record)
  return { record, since: isSame ? before.since : now }
}

function renewalOf(record: LeaseRecord | undefined): string {
  return record ? [record.holder, record.renewTime, record.transitions].join('\n') : ''
}

export interface Candidate {
  readonly identity: string
  /** Clusters that it holds already. */
  readonly held: number
  readonly durations: LeaseDurations
}

/**
 * When a Lease may be taken, by the same clock: a free one as soon as those who hold fewer clusters had their chance, another's once
 * nothing can be under way that was sent while it held.
 */
export function takeAt({ record, since }: Sighting, { identity, held, durations }: Candidate): number {
  const hesitation = Math.min(held * durations.hesitation, durations.longestHesitation)
  if (!record || record.holder === '' || record.holder === identity) return since + hesitation
  return since + record.durationMs + durations.grace + hesitation
}
