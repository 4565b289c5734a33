import type { Json } from './json.ts'
import { plainScalar } from './plain-scalar.ts'

/** What to make of the parts of a document, maps by way of an `M`. Lines and columns are 1-based, and those at which a part begins. */
export interface Maker<V, M> {
  scalar(value: Json, line: number, column: number): V
  list(items: V[], line: number, column: number): V
  openMap(line: number, column: number): M
  /** False for a key that it has already. The key is never `__proto__`. */
  put(map: M, key: string, value: V, line: number, column: number): boolean
  closeMap(map: M): V
  /** What stands nowhere: a value left out, a document of nothing. */
  nothing(): V
  /** Whether lines of nothing but a comment are passed over. */
  readonly comments: boolean
  /** Documents nested deeper than this are not read. */
  readonly deepest: number
}

/** Thrown for what wants a complete reader. */
export const NOT_PLAIN_YAML = new Error('this is no plain YAML')

/**
 * Reads block maps and lists, scalars on one line, literal blocks. Anything else – anchors, tags, flow collections, folded text, a comment
 * behind a value, a repeated key, what is wrong – answers undefined and wants a complete reader. Some fifty times as fast as one.
 */
export function readPlainYaml<V, M>(text: string, maker: Maker<V, M>): { line: number; value: V }[] | undefined {
  if (UNUSUAL.test(text) || !text.endsWith('\n')) return undefined
  const lines = text.slice(0, -1).split('\n')
  const documents: { line: number; value: V }[] = []
  try {
    for (let start = lines[0] === '---' ? 1 : 0; start <= lines.length; ) {
      const marker = lines.indexOf('---', start)
      const end = marker < 0 ? lines.length : marker
      documents.push({ line: start + 1, value: new PlainReader(maker, lines, start, end).document() })
      start = end + 1
    }
  } catch (error) {
    if (error === NOT_PLAIN_YAML || error instanceof RangeError || error instanceof SyntaxError) return undefined
    throw error
  }
  return documents
}

/** Carriage returns, byte order marks, and ends of documents. */
const UNUSUAL = /[\r\ufeff]|^\.\.\./m
const COLON = 58
const SPACE = 32
const ENTRY = /^(?:([A-Za-z0-9_./-]+)|"([^"\\]*)"|'([^']*)'):(?: (.*))?$/s
const KEY_CHARACTERS: ReadonlySet<number> = new Set(
  Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-', (letter) => letter.charCodeAt(0)),
)
/** First characters that mean nothing by themselves. */
const PLAIN_START = /^(?:[A-Za-z0-9_./+~$(=;<\\^\u00a0-\uffff]|-[^ ])/
const NOT_PLAIN = /: | #|\t|[: ]$/
const SINGLE_QUOTED = /^'((?:[^']|'')*)'$/
/** Escapes that mean the same in JSON. */
const DOUBLE_QUOTED = /^"(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"$/

class PlainReader<V, M> {
  readonly #maker: Maker<V, M>
  readonly #lines: readonly string[]
  readonly #end: number
  #at: number
  #depth = 0

  constructor(maker: Maker<V, M>, lines: readonly string[], start: number, end: number) {
    this.#maker = maker
    this.#lines = lines
    this.#at = start
    this.#end = end
  }

  document(): V {
    this.#skipEmpty()
    if (this.#at === this.#end) return this.#maker.nothing()
    const value = this.#block(0, this.#line())
    this.#skipEmpty()
    if (this.#at < this.#end) throw NOT_PLAIN_YAML
    return value
  }

  #line(): string {
    return this.#lines[this.#at] as string
  }

  #skipEmpty(): void {
    while (this.#at < this.#end && (this.#line() === '' || this.#isComment())) this.#at += 1
  }

  #isComment(): boolean {
    return this.#maker.comments && /^ *#/.test(this.#line())
  }

  /** Indent of the next line that holds something; -1 at the end. */
  #indent(): number {
    this.#skipEmpty()
    if (this.#at === this.#end) return -1
    const line = this.#line()
    let indent = 0
    while (line.charCodeAt(indent) === 32) indent += 1
    return indent
  }

  /** A map or a list whose first line, from column `indent` on, is `first`: it may stand behind the dash of a list. */
  #block(indent: number, first: string): V {
    if (++this.#depth > this.#maker.deepest) throw NOT_PLAIN_YAML
    const value = first === '-' || first.startsWith('- ') ? this.#list(indent, first) : this.#map(indent, first)
    this.#depth -= 1
    return value
  }

  #list(indent: number, first: string): V {
    const line = this.#at + 1
    const items: V[] = []
    for (let text = first; text === '-' || text.startsWith('- '); text = this.#line().slice(indent)) {
      items.push(this.#item(indent, text.slice(2)))
      if (this.#indent() !== indent) break
    }
    return this.#maker.list(items, line, indent + 1)
  }

  #item(indent: number, text: string): V {
    if (text === '') {
      this.#at += 1
      return this.#nested(indent)
    }
    return text.startsWith('- ') || ENTRY.test(text)
      ? this.#block(indent + 2, text)
      : this.#scalar(text, indent, indent + 3)
  }

  #map(indent: number, first: string): V {
    const map = this.#maker.openMap(this.#at + 1, indent + 1)
    for (let text = first; ; text = this.#line().slice(indent)) {
      const line = this.#at + 1
      const end = plainKeyEnd(text)
      const match = end > 0 ? undefined : (ENTRY.exec(text) ?? undefined)
      if (end === 0 && !match) throw NOT_PLAIN_YAML
      const key = match ? keyOf(match) : plainKey(text.slice(0, end))
      const scalar = match ? match[4] : restOf(text, end)
      const value =
        scalar === undefined ? this.#below(indent) : this.#scalar(scalar, indent, columnOf(text, scalar, indent))
      if (key === '__proto__' || !this.#maker.put(map, key, value, line, indent + 1)) throw NOT_PLAIN_YAML
      const next = this.#indent()
      if (next !== indent || isItem(this.#line(), indent)) return this.#maker.closeMap(map)
    }
  }

  /** The value of a key that has none on its own line. */
  #below(indent: number): V {
    this.#at += 1
    // The dashes of a list may stand right below its key.
    const listed = this.#indent() === indent && isItem(this.#line(), indent)
    return listed ? this.#block(indent, this.#line().slice(indent)) : this.#nested(indent)
  }

  /** What stands deeper than `indent` from the next line on. */
  #nested(indent: number): V {
    const inner = this.#indent()
    return inner > indent ? this.#block(inner, this.#line().slice(inner)) : this.#maker.nothing()
  }

  #scalar(text: string, indent: number, column: number): V {
    const line = this.#at + 1
    if (text === '|' || text === '|-' || text === '|+')
      return this.#maker.scalar(this.#literal(text.slice(1), indent), line, column)
    const value = this.#inline(text, line, column)
    this.#at += 1
    // A scalar that goes on in the next line.
    if (this.#indent() > indent) throw NOT_PLAIN_YAML
    return value
  }

  #inline(text: string, line: number, column: number): V {
    if (text === '{}') return this.#maker.closeMap(this.#maker.openMap(line, column))
    if (text === '[]') return this.#maker.list([], line, column)
    return this.#maker.scalar(inlineValue(text), line, column)
  }

  #literal(chomp: string, parent: number): string {
    this.#at += 1
    const start = this.#at
    const indent = this.#indent()
    if (indent <= parent || this.#at !== start || this.#line().trim() === '') throw NOT_PLAIN_YAML
    const content: string[] = []
    for (; this.#at < this.#end; this.#at += 1) {
      const line = this.#line()
      const blank = line.trimStart() === ''
      if (!blank && !line.startsWith(' '.repeat(indent))) break
      if (blank && line.includes('\t')) throw NOT_PLAIN_YAML
      content.push(line.slice(indent))
    }
    let end = content.length
    while (end > 0 && content[end - 1] === '') end -= 1
    const body = content.slice(0, end).join('\n')
    if (chomp === '-') return body
    return chomp === '' ? `${body}\n` : `${body}${'\n'.repeat(content.length - end + 1)}`
  }
}

/** Of the rest of a line that begins `indent` characters into it. */
function columnOf(line: string, rest: string, indent: number): number {
  return indent + line.length - rest.length + 1
}

function isItem(line: string, indent: number): boolean {
  return line.startsWith('-', indent) && (line.length === indent + 1 || line[indent + 1] === ' ')
}

/** Where the colon behind a key without quotes stands; 0 for what is none. As ENTRY says, and for nearly every line there is. */
function plainKeyEnd(text: string): number {
  let end = 0
  while (KEY_CHARACTERS.has(text.charCodeAt(end))) end += 1
  const isKey = text.charCodeAt(end) === COLON && (end + 1 === text.length || text.charCodeAt(end + 1) === SPACE)
  return isKey ? end : 0
}

/** What stands behind the colon, if anything does. */
function restOf(text: string, colon: number): string | undefined {
  return colon + 1 === text.length ? undefined : text.slice(colon + 2)
}

function keyOf([, plain, double, single]: RegExpExecArray): string {
  return plain === undefined ? ((double ?? single) as string) : plainKey(plain)
}

function plainKey(plain: string): string {
  const value = PLAIN_START.test(plain) ? plainScalar(plain) : undefined
  if (value === undefined || value === null) throw NOT_PLAIN_YAML
  return String(value)
}

function inlineValue(text: string): Json {
  if (text.startsWith('"')) {
    if (!DOUBLE_QUOTED.test(text)) throw NOT_PLAIN_YAML
    return JSON.parse(text) as string
  }
  const quoted = text.startsWith("'") && SINGLE_QUOTED.exec(text)
  if (quoted) return (quoted[1] as string).replaceAll("''", "'")
  const value = PLAIN_START.test(text) && !NOT_PLAIN.test(text) ? plainScalar(text) : undefined
  if (value === undefined) throw NOT_PLAIN_YAML
  return value
}
