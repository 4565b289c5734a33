const WORD = /[\p{L}\p{N}]/u
const LONGEST = 3
const SHORTEST = 2

/** Values too short to be looked for inside of words: every text would be holes. */
export class ShortForms {
  readonly #forms: ReadonlySet<string>
  readonly #beginnings: ReadonlySet<number>

  constructor(forms: readonly string[]) {
    this.#forms = new Set(forms.filter((form) => form.length >= SHORTEST))
    this.#beginnings = new Set([...this.#forms].map((form) => form.charCodeAt(0)))
  }

  /** Replaces them where no letter or digit stands before or behind. */
  hide(text: string, mask: string): string {
    let shown = ''
    let from = 0
    if (this.#forms.size === 0) return text
    for (let at = 0; at < text.length; at++) {
      const length = this.#beginnings.has(text.charCodeAt(at)) ? this.#lengthAt(text, at) : 0
      if (length === 0) continue
      shown += text.slice(from, at) + mask
      from = at + length
      at = from - 1
    }
    return shown + text.slice(from)
  }

  #lengthAt(text: string, at: number): number {
    if (WORD.test(text.charAt(at - 1))) return 0
    for (let length = LONGEST; length >= SHORTEST; length--) {
      const stands = this.#forms.has(text.slice(at, at + length)) && !WORD.test(text.charAt(at + length))
      if (stands && at + length <= text.length) return length
    }
    return 0
  }
}
