import type { ResourceKind } from '../../model/cluster.ts'
import { isUnfinished } from '../health/jobs.ts'
import type { LiveChange } from '../live/record-store.ts'

/**
 * Jobs that a watch saw going before they had finished: their time to live cannot be why. What went while nobody watched is not known to
 * have been unfinished.
 */
export class EndedEarly {
  /** uid by `resourceId`, by `targetLabel`. */
  readonly #known = new Map<string, Map<string, string>>()

  /** `isCurrent`: everything about the kind was told up to this change. */
  note({ label, id, before, after }: LiveChange, isCurrent: (kind: ResourceKind) => boolean): void {
    const goes = after === undefined || after.deletion !== undefined
    if (!before || before.deletion || !goes || before.key.group !== 'batch' || before.key.kind !== 'Job') return
    if (!isUnfinished(before.health) || !isCurrent(before.key)) return
    const ofLabel = this.#known.get(label) ?? new Map<string, string>()
    this.#known.set(label, ofLabel.set(id, before.uid))
  }

  of(label: string): ReadonlyMap<string, string> {
    return this.#known.get(label) ?? NONE
  }

  forget(label: string, ids: readonly string[]): void {
    for (const id of ids) this.#known.get(label)?.delete(id)
    if (this.#known.get(label)?.size === 0) this.#known.delete(label)
  }
}

const NONE: ReadonlyMap<string, string> = new Map()
