/** Forms are looked for in pieces of this length, so that neither length nor number of them decides how long a search takes. */
export const PIECE = 48
/** Every form of this length or more is found anywhere. */
export const SHORTEST_ANYWHERE = 4

/** Shorter forms are not looked for across the ends of lines, where words meet by chance. */
const SHORTEST_BROKEN = 12

/** Start and end of a place in a text. */
export type Span = readonly [number, number]

/** Where any of many texts stands in another. */
export class FormIndex {
  /** Sorted. */
  readonly #pieces: readonly string[]
  /** For each piece the longest other one that it begins with, or -1. */
  readonly #shorter: Int32Array
  /** One bit for each way in which a piece may begin; few of them are set, so that most characters need no search. */
  readonly #beginnings: Uint32Array

  /** Forms shorter than `SHORTEST_ANYWHERE` are left out. */
  constructor(forms: Iterable<string>) {
    const pieces = new Set<string>()
    for (const form of forms) for (const piece of piecesOf(form)) pieces.add(piece)
    this.#pieces = [...pieces].sort()
    this.#shorter = shorterPieces(this.#pieces)
    this.#beginnings = new Uint32Array(2 ** Math.min(17, 6 + Math.ceil(Math.log2(pieces.size + 1))))
    const bits = this.#beginnings.length * 32 - 1
    for (const piece of this.#pieces) {
      const hash = beginning(piece, 0) & bits
      this.#beginnings[hash >> 5] = (this.#beginnings[hash >> 5] as number) | (1 << (hash & 31))
    }
  }

  /** Places in order; those that touch or overlap are one, so that no end of a form is left standing and no length shows. */
  find(text: string): Span[] {
    const found: Span[] = []
    if (this.#pieces.length === 0) return found
    this.#collect(text, (start, end) => found.push([start, end]))
    if (!BROKEN.test(text)) return joined(found)
    // Base64 and keys may be broken into lines anywhere.
    const { compact, places } = withoutSpace(text)
    this.#collect(compact, (start, end) => {
      if (end - start >= SHORTEST_BROKEN) found.push([places[start] as number, (places[end - 1] as number) + 1])
    })
    return joined(found.sort(([a], [b]) => a - b))
  }

  #collect(text: string, add: (start: number, end: number) => void): void {
    const bits = this.#beginnings.length * 32 - 1
    for (let at = 0; at + SHORTEST_ANYWHERE <= text.length; at++) {
      const hash = beginning(text, at) & bits
      if (((this.#beginnings[hash >> 5] as number) & (1 << (hash & 31))) === 0) continue
      const length = this.#longestAt(text, at)
      if (length > 0) add(at, at + length)
    }
  }

  /** Length of the longest piece that stands at `at`, 0 for none: of all that sort before the text there, the last one begins like it. */
  #longestAt(text: string, at: number): number {
    const here = text.slice(at, at + PIECE)
    let [low, high] = [0, this.#pieces.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#pieces[middle] as string) <= here) low = middle + 1
      else high = middle
    }
    for (let index = low - 1; index >= 0; index = this.#shorter[index] as number) {
      const piece = this.#pieces[index] as string
      if (here.startsWith(piece)) return piece.length
    }
    return 0
  }
}

function joined(spans: readonly Span[]): Span[] {
  const all: [number, number][] = []
  for (const [start, end] of spans) {
    const last = all.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else all.push([start, end])
  }
  return all
}

/** A line ends, in the text or in what is quoted in it. */
const BROKEN = /\n|\\n/

/** White space, and how JSON and Go write it. */
const SPACE = /(?:\s|\\+[nrt])+/g

/** The text without white space, and where each of its characters stands in the whole. */
function withoutSpace(text: string): { compact: string; places: Int32Array } {
  const places = new Int32Array(text.length)
  let compact = ''
  let from = 0
  for (const { 0: space, index } of [...text.matchAll(SPACE), { 0: '', index: text.length }]) {
    for (let at = from; at < index; at++) places[compact.length + at - from] = at
    compact += text.slice(from, index)
    from = index + space.length
  }
  return { compact, places }
}

/** A long form is its pieces, one after the other; the last one overlaps. */
function piecesOf(form: string): string[] {
  if (form.length < SHORTEST_ANYWHERE) return []
  if (form.length <= PIECE) return [form]
  const pieces = [form.slice(-PIECE)]
  for (let at = 0; at + PIECE < form.length; at += PIECE) pieces.push(form.slice(at, at + PIECE))
  return pieces
}

function shorterPieces(sorted: readonly string[]): Int32Array {
  const shorter = new Int32Array(sorted.length).fill(-1)
  for (let index = 1; index < sorted.length; index++) {
    let candidate = index - 1
    while (candidate >= 0 && !(sorted[index] as string).startsWith(sorted[candidate] as string)) {
      candidate = shorter[candidate] as number
    }
    shorter[index] = candidate
  }
  return shorter
}

/** A hash of the four characters at `at`. */
function beginning(text: string, at: number): number {
  const mixed =
    Math.imul(text.charCodeAt(at), 0x9e3779b1) ^
    Math.imul(text.charCodeAt(at + 1), 0x85ebca6b) ^
    Math.imul(text.charCodeAt(at + 2), 0xc2b2ae35) ^
    Math.imul(text.charCodeAt(at + 3), 0x27d4eb2f)
  return mixed ^ (mixed >>> 15)
}
