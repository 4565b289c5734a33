import type { Cluster } from '../../model/cluster.ts'
import type { Clock } from '../clock.ts'
import type { LeaseDurations } from './durations.ts'
import { type HeldLease, Term } from './held-lease.ts'
import { type LeaseRecord, leaseName, printSpec } from './lease-record.ts'
import { LeaseStore } from './lease-store.ts'
import { type Sighting, sight, takeAt } from './take-lease.ts'

export interface LeaseClock extends Clock {
  /** Milliseconds of a clock that only goes forward, also while this process is stopped. */
  elapsed(): number
}

export interface KeepRequest {
  /** Its requests about the Lease, and only those, go through this. */
  readonly cluster: Cluster
  /** Where the Lease is; made when missing. */
  readonly namespace: string
  /** Of this process and no other, ever. */
  readonly identity: string
  readonly durations: LeaseDurations
  readonly clock: LeaseClock
  /** Names of the clusters that this process holds or reaches for: those that it keeps share this set. */
  readonly held: Set<string>
  /** Runs while the cluster is held. Ends soon after its lease's signal aborts, or when it throws. */
  readonly work: (lease: HeldLease) => Promise<void>
  /** The Lease can be neither read nor taken; asked again after a while. */
  readonly onTrouble: (error: unknown) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Until `signal` aborts: takes the cluster's Lease whenever it is free, does the work while it lasts, and gives it back. Throws what the
 * work throws.
 */
export async function keepLease(request: KeepRequest): Promise<void> {
  const keeper = new LeaseKeeper(request)
  while (!request.signal.aborted) {
    const term = await keeper.take()
    if (term) await keeper.hold(term)
  }
}

class LeaseKeeper {
  readonly #request: KeepRequest
  readonly #store: LeaseStore
  /** As last seen or written. */
  #record: LeaseRecord | undefined

  constructor(request: KeepRequest) {
    this.#request = request
    this.#store = new LeaseStore(request.cluster, request.namespace, leaseName(request.cluster.name))
  }

  /** undefined once `signal` aborted. */
  async take(): Promise<Term | undefined> {
    const { clock, durations, signal, onTrouble, identity, held } = this.#request
    let sighting: Sighting | undefined
    while (!signal.aborted) {
      try {
        const record = await this.#store.read()
        sighting = sight(sighting, record, clock.elapsed())
        const inMs = takeAt(sighting, { identity, held: held.size, durations }) - clock.elapsed()
        if (inMs <= 0) {
          const term = await this.#claim(record)
          if (term) return term
        }
        await clock.sleep(Math.min(Math.max(inMs, 0) || durations.interval, durations.interval), signal)
      } catch (error) {
        if (!signal.aborted) await onTrouble(error)
        await clock.sleep(durations.interval, signal)
      }
    }
    return undefined
  }

  async hold(term: Term): Promise<void> {
    const { clock, cluster, durations, held, signal, work } = this.#request
    const stop = () => term.end()
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    const ended = new AbortController()
    const working = work(term).finally(() => ended.abort())
    working.catch(() => undefined)
    while (!ended.signal.aborted) {
      await clock.sleep(durations.interval, ended.signal)
      if (!ended.signal.aborted) await this.#renew(term)
    }
    signal.removeEventListener('abort', stop)
    term.end()
    await this.#release()
    held.delete(cluster.name)
    await working
  }

  /** undefined: somebody else was faster. */
  async #claim(before: LeaseRecord | undefined): Promise<Term | undefined> {
    const { clock, durations, cluster, held } = this.#request
    const sentAt = clock.elapsed()
    held.add(cluster.name)
    try {
      this.#record = await this.#store.write(before, this.#spec(before))
      return this.#record && new Term(cluster.name, sentAt, () => clock.elapsed(), durations)
    } finally {
      if (!this.#record) held.delete(cluster.name)
    }
  }

  /** Goes on while the work winds down, but not once others may think it free. */
  async #renew(term: Term): Promise<void> {
    if (term.left() <= 0) return term.end()
    const sentAt = this.#request.clock.elapsed()
    try {
      const written = await this.#write(() => timeToRenew(term))
      if (written) term.renewed(sentAt)
      else term.end()
    } catch {
      // Asked again at the next interval, while there is time.
      if (term.left() <= 0) term.end()
    }
  }

  /** Onto the newest version, where only somebody else's label or annotation came in between. */
  async #write(timeLeftMs: () => number): Promise<LeaseRecord | undefined> {
    const known = this.#record
    const written = await this.#store.write(known, this.#spec(known), timeLeftMs)
    if (written) return this.#keep(written)
    const now = await this.#store.read()
    if (now?.holder !== this.#request.identity) return undefined
    const again = await this.#store.write(now, this.#spec(now), timeLeftMs)
    return again && this.#keep(again)
  }

  #keep(record: LeaseRecord): LeaseRecord {
    this.#record = record
    return record
  }

  #spec(before: LeaseRecord | undefined) {
    const { identity, durations, clock } = this.#request
    return printSpec(identity, durations.lease, clock.now(), before)
  }

  /** Only what is still ours: the version is that of our last renewal. */
  async #release(): Promise<void> {
    const spec = { holderIdentity: '', renewTime: null }
    await this.#store.write(this.#record, spec).catch(() => undefined)
    this.#record = undefined
  }
}

/** Throws once there is none, which ends retries too. */
function timeToRenew(term: Term): number {
  const left = term.left()
  if (left <= 0) throw new Error('the lease ran out before it was renewed')
  return left
}
