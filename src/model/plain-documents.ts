import type { Json, JsonObject } from './json.ts'
import { plainScalar } from './plain-scalar.ts'

/** Documents nested deeper than this are not read. */
export const DEEPEST = 500

/**
 * Reads the YAML that kustomize prints: block maps and lists, scalars on one line, literal blocks. Anything else – comments, anchors,
 * tags, flow collections, folded text, a repeated key, what is wrong – answers undefined and wants a complete reader. Some fifty times
 * as fast as one, and every render of a preview goes through it.
 */
export function readPlainDocuments(text: string): { line: number; read(): Json }[] | undefined {
  if (UNUSUAL.test(text) || !text.endsWith('\n')) return undefined
  const lines = text.slice(0, -1).split('\n')
  const documents: { line: number; read(): Json }[] = []
  try {
    for (let start = lines[0] === '---' ? 1 : 0; start <= lines.length; ) {
      const marker = lines.indexOf('---', start)
      const end = marker < 0 ? lines.length : marker
      const value = new PlainReader(lines, start, end).document()
      documents.push({ line: start + 1, read: () => value })
      start = end + 1
    }
  } catch (error) {
    if (error === UNKNOWN || error instanceof RangeError || error instanceof SyntaxError) return undefined
    throw error
  }
  return documents
}

const UNKNOWN = new Error('not what kustomize prints')
/** Carriage returns, byte order marks, and ends of documents. */
const UNUSUAL = /[\r\ufeff]|^\.\.\./m
const ENTRY = /^(?:([A-Za-z0-9_./-]+)|"([^"\\]*)"|'([^']*)'):(?: (.*))?$/s
/** First characters that mean nothing by themselves. */
const PLAIN_START = /^(?:[A-Za-z0-9_./+~$(=;<\\^\u00a0-\uffff]|-[^ ])/
const NOT_PLAIN = /: | #|\t|[: ]$/
const SINGLE_QUOTED = /^'((?:[^']|'')*)'$/
/** Escapes that mean the same in JSON. */
const DOUBLE_QUOTED = /^"(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"$/
class PlainReader {
  readonly #lines: readonly string[]
  readonly #end: number
  #at: number
  #depth = 0

  constructor(lines: readonly string[], start: number, end: number) {
    this.#lines = lines
    this.#at = start
    this.#end = end
  }

  document(): Json {
    this.#skipEmpty()
    if (this.#at === this.#end) return null
    const value = this.#block(0, this.#line())
    this.#skipEmpty()
    if (this.#at < this.#end) throw UNKNOWN
    return value
  }

  #line(): string {
    return this.#lines[this.#at] as string
  }

  #skipEmpty(): void {
    while (this.#at < this.#end && this.#line() === '') this.#at += 1
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
  #block(indent: number, first: string): Json {
    if (++this.#depth > DEEPEST) throw UNKNOWN
    const value = first === '-' || first.startsWith('- ') ? this.#list(indent, first) : this.#map(indent, first)
    this.#depth -= 1
    return value
  }

  #list(indent: number, first: string): Json[] {
    const items: Json[] = []
    for (let line = first; line === '-' || line.startsWith('- '); line = this.#line().slice(indent)) {
      items.push(this.#item(indent, line.slice(2)))
      if (this.#indent() !== indent) break
    }
    return items
  }

  #item(indent: number, text: string): Json {
    if (text === '') {
      this.#at += 1
      return this.#nested(indent)
    }
    return text.startsWith('- ') || ENTRY.test(text) ? this.#block(indent + 2, text) : this.#scalar(text, indent)
  }

  #map(indent: number, first: string): JsonObject {
    const object: Record<string, Json> = {}
    for (let line = first; ; line = this.#line().slice(indent)) {
      const match = ENTRY.exec(line)
      if (!match) throw UNKNOWN
      const key = keyOf(match)
      if (key === '__proto__' || Object.hasOwn(object, key)) throw UNKNOWN
      object[key] = this.#value(match[4], indent)
      const next = this.#indent()
      if (next !== indent || isItem(this.#line(), indent)) return object
    }
  }

  #value(text: string | undefined, indent: number): Json {
    if (text !== undefined) return this.#scalar(text, indent)
    this.#at += 1
    // The dashes of a list may stand right below its key.
    const listed = this.#indent() === indent && isItem(this.#line(), indent)
    return listed ? this.#block(indent, this.#line().slice(indent)) : this.#nested(indent)
  }

  /** What stands deeper than `indent` from the next line on; null for nothing. */
  #nested(indent: number): Json {
    const inner = this.#indent()
    return inner > indent ? this.#block(inner, this.#line().slice(inner)) : null
  }

  #scalar(text: string, indent: number): Json {
    if (text === '|' || text === '|-' || text === '|+') return this.#literal(text.slice(1), indent)
    const value = inlineValue(text)
    this.#at += 1
    // A scalar that goes on in the next line.
    if (this.#indent() > indent) throw UNKNOWN
    return value
  }

  #literal(chomp: string, parent: number): string {
    this.#at += 1
    const start = this.#at
    const indent = this.#indent()
    if (indent <= parent || this.#at !== start || this.#line().trim() === '') throw UNKNOWN
    const content: string[] = []
    for (; this.#at < this.#end; this.#at += 1) {
      const line = this.#line()
      const blank = line.trimStart() === ''
      if (!blank && !line.startsWith(' '.repeat(indent))) break
      if (blank && line.includes('\t')) throw UNKNOWN
      content.push(line.slice(indent))
    }
    let end = content.length
    while (end > 0 && content[end - 1] === '') end -= 1
    const body = content.slice(0, end).join('\n')
    if (chomp === '-') return body
    return chomp === '' ? `${body}\n` : `${body}${'\n'.repeat(content.length - end + 1)}`
  }
}

function isItem(line: string, indent: number): boolean {
  return line.startsWith('-', indent) && (line.length === indent + 1 || line[indent + 1] === ' ')
}

function keyOf([, plain, double, single]: RegExpExecArray): string {
  if (plain === undefined) return (double ?? single) as string
  const value = PLAIN_START.test(plain) ? plainScalar(plain) : undefined
  if (value === undefined || value === null) throw UNKNOWN
  return String(value)
}

function inlineValue(text: string): Json {
  if (text === '{}') return {}
  if (text === '[]') return []
  if (text.startsWith('"')) {
    if (!DOUBLE_QUOTED.test(text)) throw UNKNOWN
    return JSON.parse(text) as string
  }
  const quoted = SINGLE_QUOTED.exec(text)
  if (quoted) return (quoted[1] as string).replaceAll("''", "'")
  const value = PLAIN_START.test(text) && !NOT_PLAIN.test(text) ? plainScalar(text) : undefined
  if (value === undefined) throw UNKNOWN
  return value
}
