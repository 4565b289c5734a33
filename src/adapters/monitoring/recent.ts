/** What was found out lately, or is being found out: whoever asks the same again gets the same. Keeps the newest thousand. */
export class Recent<T> {
  readonly #keepMs: number
  readonly #now: () => number
  readonly #answers = new Map<string, { readonly value: Promise<T>; readonly until: number }>()

  constructor(keepMs: number, now: () => number) {
    this.#keepMs = keepMs
    this.#now = now
  }

  get(key: string, find: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key)
    if (known && this.#now() < known.until) return known.value
    const value = find()
    this.#answers.delete(key)
    this.#answers.set(key, { value, until: this.#now() + this.#keepMs })
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > MOST && oldest !== undefined) this.#answers.delete(oldest)
    return value
  }
}

const MOST = 1_000
