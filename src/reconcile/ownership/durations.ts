/** All in milliseconds. */
export interface LeaseDurations {
  /** How long a renewal holds. */
  readonly lease: number
  /** Between two renewals, and between two looks at a Lease of somebody else. */
  readonly interval: number
  /**
   * A successor waits so long after the lease has ended. Writes are given no more time than what is left of the lease; this is for their way
   * to the server and for what the server had begun.
   */
  readonly grace: number
  /** A write that would be given less time is not sent. */
  readonly shortestWrite: number
  /** A free cluster is left to others for so long for each cluster that a worker already holds, so that those who hold fewer come first. */
  readonly hesitation: number
  /** At most. */
  readonly longestHesitation: number
}

export const DEFAULT_LEASE_MS = 12_000

/**
 * A killed worker's clusters are another's after at most lease, grace, one look and the longest hesitation: with the default 12 s after 20 s.
 * A worker may be out of touch with a cluster for the lease less one interval and the shortest write, 9 s, and keeps it.
 */
export function leaseDurations(lease: number = DEFAULT_LEASE_MS): LeaseDurations {
  return {
    lease,
    interval: lease / 6,
    grace: lease / 3,
    shortestWrite: lease / 12,
    hesitation: lease / 36,
    longestHesitation: lease / 6,
  }
}
