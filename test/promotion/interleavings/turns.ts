/** Lets calls that are under way at once go on one at a time, in an order that a seed decides. */
export class Turns {
  readonly #random: () => number
  #waiting: { readonly actor: string; readonly slow: boolean; readonly go: () => void }[] = []
  readonly #dead = new Set<string>()

  constructor(seed: number) {
    this.#random = mulberry32(seed)
  }

  /** Waits until it is this actor's turn; for ever where the actor died. Of what is slow, most that could go first does. */
  wait(actor: string, slow = false): Promise<void> {
    return new Promise((go) => this.#waiting.push({ actor, slow, go }))
  }

  /** Nothing that this actor still does happens. */
  kill(actor: string): void {
    this.#dead.add(actor)
  }

  /** Until every actor that lives has ended. */
  async run(actors: Readonly<Record<string, Promise<unknown>>>): Promise<void> {
    const left = new Set(Object.keys(actors))
    for (const [name, ends] of Object.entries(actors)) ends.finally(() => left.delete(name)).catch(() => undefined)
    while ([...left].some((name) => !this.#dead.has(name))) {
      await new Promise(setImmediate)
      this.#waiting = this.#waiting.filter(({ actor }) => !this.#dead.has(actor))
      const quick = this.#waiting.filter(({ slow }) => !slow)
      const choice = quick.length > 0 && this.below(400) > 0 ? quick : this.#waiting
      const next = choice[this.below(choice.length)]
      this.#waiting = this.#waiting.filter((one) => one !== next)
      next?.go()
    }
  }

  below(count: number): number {
    return Math.floor(this.#random() * count)
  }
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
