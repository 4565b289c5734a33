import { isDeepStrictEqual } from 'node:util'
import type { LiveChange } from '../live/record-store.ts'

/**
 * Secrets whose values were written by us although no pass of ours was under way: by a worker that was stopped in the middle of a write and
 * went on after this one had taken over. No hash tells it later, as nothing of a Secret's values is stored. By `targetLabel`.
 */
export class LateSecrets {
  readonly #noted = new Map<string, Set<string>>()

  /** Answers whether it is one. */
  note({ label, id, before, after }: LiveChange): boolean {
    if (!before?.values || !after?.values || before.uid !== after.uid) return false
    // A field that others wrote is ours no more, which its hash tells.
    if (before.ownHash !== after.ownHash || isDeepStrictEqual(before.values, after.values)) return false
    const noted = this.#noted.get(label) ?? new Set()
    this.#noted.set(label, noted.add(`${id}@${after.version}`))
    return true
  }

  /** Answers each once. */
  take(label: string): readonly string[] {
    const noted = this.#noted.get(label) ?? []
    this.#noted.delete(label)
    return [...noted]
  }
}
