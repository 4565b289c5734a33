import type { TargetStatus } from '../../model/target-status.ts'
import { driftId } from '../drift/drift.ts'
import { afterHeal, type HealHistory, healDelay, isContended } from './heal-backoff.ts'

/** Remembers what was healed when, so that a fight with somebody slows down and is told. By `targetLabel`. */
export class HealQueue {
  readonly #histories = new Map<string, HealHistory>()
  readonly #incidents = new Map<string, string>()

  /** Milliseconds until this drift should be healed; undefined when that is under way, or there is none. */
  delayFor(label: string, { drift }: TargetStatus, now: number): number | undefined {
    const incident = drift
      .map((entry) => `${driftId(entry)}\n${entry.since}`)
      .sort()
      .join('\n\n')
    const known = this.#incidents.get(label) ?? ''
    this.#incidents.set(label, incident)
    if (incident === '' || incident === known) return undefined
    const history = this.#histories.get(label) ?? []
    const delay = healDelay(history, now)
    this.#histories.set(label, afterHeal(history, now + delay))
    return delay
  }

  isContended(label: string, now: number): boolean {
    return isContended(this.#histories.get(label) ?? [], now)
  }
}
