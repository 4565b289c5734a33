import type { LiveObject } from '../../model/cluster.ts'
import { type JsonObject, parseJson, printJson } from '../../model/json.ts'

const MOST = 200
const MOST_CHARACTERS = 4 * 1024 * 1024

/** The bodies of objects that others changed just now: whoever asks what drifted need not fetch them. Never holds a Secret. */
export class RecentBodies {
  /** By `resourceId`; the oldest first. */
  readonly #texts = new Map<string, { readonly version: string; readonly text: string }>()
  #characters = 0

  put(id: string, version: string, object: LiveObject): void {
    this.drop(id)
    const text = printJson(object)
    this.#texts.set(id, { version, text })
    this.#characters += text.length
    for (const [oldest] of this.#texts) {
      if (this.#texts.size <= MOST && this.#characters <= MOST_CHARACTERS) return
      this.drop(oldest)
    }
  }

  /** Exactly that version. */
  get(id: string, version: string): LiveObject | undefined {
    const found = this.#texts.get(id)
    return found?.version === version ? (parseJson(found.text) as JsonObject) : undefined
  }

  drop(id: string): void {
    this.#characters -= this.#texts.get(id)?.text.length ?? 0
    this.#texts.delete(id)
  }
}
