import type { FoundDrift } from '../drift/drift.ts'
import { afterHeal, type HealHistory, healDelay, isContended, isQuiet } from './heal-backoff.ts'

const FORGET_EVERY_MS = 10 * 60_000

/**
 * What is to be done about drift of one object: put it back now, in so many milliseconds, or not any more because another writer keeps
 * changing these fields back.
 */
export type HealDecision =
  | { readonly decision: 'heal' }
  | { readonly decision: 'wait'; readonly waitMs: number }
  | { readonly decision: 'contended'; readonly fields: readonly FoundDrift[] }

interface Patient {
  readonly history: HealHistory
  /** Times at which each field was put back, by `fieldOf`. */
  readonly fields: ReadonlyMap<string, HealHistory>
  /** Fields given up on, and the render they were given up at. */
  readonly contended: ReadonlySet<string>
  readonly renderHash: string
}

/**
 * Remembers what was put back when, object by object, so that a fight with another writer slows down, and ends as contended. One for a
 * worker; a worker that starts anew has forgotten. An object is named by its target's label and its `resourceId`; a new render of it is a
 * new start. Who was quiet for so long that nothing is decided by it any more is forgotten; who was given up on never is.
 */
export class HealMemory {
  readonly #patients = new Map<string, Patient>()
  #forgotAt = Number.NEGATIVE_INFINITY

  /** Objects that something is remembered of. */
  get size(): number {
    return this.#patients.size
  }

  /** `now`: milliseconds since the epoch. Repeating the question changes nothing. */
  decide(object: HealedObject, drift: readonly FoundDrift[], now: number): HealDecision {
    const patient = this.#patientOf(object)
    const fields = drift.filter((entry) => {
      const field = fieldOf(entry)
      return patient.contended.has(field) || isContended(patient.fields.get(field) ?? [], now)
    })
    if (fields.length > 0) {
      const contended = new Set([...patient.contended, ...fields.map(fieldOf)])
      this.#patients.set(nameOf(object), { ...patient, contended })
      return { decision: 'contended', fields }
    }
    const waitMs = healDelay(patient.history, now)
    return waitMs > 0 ? { decision: 'wait', waitMs } : { decision: 'heal' }
  }

  /** It was put back. */
  healed(object: HealedObject, drift: readonly FoundDrift[], now: number): void {
    if (now - this.#forgotAt >= FORGET_EVERY_MS) this.#forgetQuiet(now)
    const patient = this.#patientOf(object)
    const fields = new Map(patient.fields)
    for (const field of drift.map(fieldOf)) fields.set(field, afterHeal(fields.get(field) ?? [], now))
    this.#patients.set(nameOf(object), { ...patient, history: afterHeal(patient.history, now), fields })
  }

  isContended(object: HealedObject, entry: FoundDrift): boolean {
    return this.#patientOf(object).contended.has(fieldOf(entry))
  }

  /** A person wants it put back, or nothing is wrong with it any more. */
  forgive(object: Pick<HealedObject, 'label' | 'id'>): void {
    this.#patients.delete(nameOf(object))
  }

  #forgetQuiet(now: number): void {
    this.#forgotAt = now
    for (const [name, { history, contended }] of this.#patients)
      if (contended.size === 0 && isQuiet(history, now)) this.#patients.delete(name)
  }

  #patientOf(object: HealedObject): Patient {
    const known = this.#patients.get(nameOf(object))
    if (known && known.renderHash === object.renderHash) return known
    return { history: [], fields: new Map(), contended: new Set(), renderHash: object.renderHash }
  }
}

export interface HealedObject {
  /** `targetLabel` of the target it belongs to. */
  readonly label: string
  readonly id: string
  /** What Git wants of it. */
  readonly renderHash: string
}

function nameOf({ label, id }: Pick<HealedObject, 'label' | 'id'>): string {
  return `${label}/${id}`
}

/** The same field changed by the same writer is the same fight. */
function fieldOf({ path, manager = '' }: FoundDrift): string {
  return `${path}\n${manager}`
}
