import type { TargetStatus } from '../../model/target-status.ts'
import { driftId } from '../drift/drift.ts'

/** Tells drift that was asked to be put back already from drift that came since. By `targetLabel`. */
export class Incidents {
  readonly #known = new Map<string, ReadonlySet<string>>()

  /** True when something drifted since the last call. */
  hasNew(label: string, { drift }: TargetStatus): boolean {
    const known = this.#known.get(label) ?? new Set()
    const now = new Set(drift.map((entry) => `${driftId(entry)}\n${entry.since}`))
    if (now.size > 0) this.#known.set(label, now)
    else this.#known.delete(label)
    return [...now].some((incident) => !known.has(incident))
  }
}
