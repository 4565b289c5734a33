import { driftId } from '../drift/drift.ts'
import type { Observation } from '../drift/observe-target.ts'

/** Tells drift and late writes that were asked to be put right already from what came since. By `targetLabel`. */
export class Incidents {
  readonly #known = new Map<string, ReadonlySet<string>>()

  /** True when something came since the last call. */
  hasNew(label: string, { status, lateWrites }: Observation): boolean {
    const known = this.#known.get(label) ?? new Set()
    const now = new Set([...status.drift.map((entry) => `${driftId(entry)}\n${entry.since}`), ...lateWrites])
    if (now.size > 0) this.#known.set(label, now)
    else this.#known.delete(label)
    return [...now].some((incident) => !known.has(incident))
  }
}
