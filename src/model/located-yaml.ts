import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  Parser,
} from 'yaml'
import type { Json } from './json.ts'
import { plainScalar } from './plain-scalar.ts'
import { type Maker, NOT_PLAIN_YAML, readPlainYaml } from './plain-yaml.ts'

/** 1-based. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A YAML value as sigs.k8s.io/yaml reads it, each part with the place it stands at. Aliases and merge keys are expanded. */
export type LocatedValue =
  | { readonly kind: 'scalar'; readonly place: Place; readonly value: Json }
  | { readonly kind: 'list'; readonly place: Place; readonly items: readonly LocatedValue[] }
  | { readonly kind: 'map'; readonly place: Place; readonly members: readonly LocatedMember[] }

/** Keys may repeat: of two, readers take the last. */
export interface LocatedMember {
  readonly key: string
  readonly place: Place
  readonly value: LocatedValue
}

/** Why a text cannot be read, and where. */
export class YamlFault extends Error {
  readonly place: Place

  constructor(message: string, place: Place) {
    super(message)
    this.name = 'YamlFault'
    this.place = place
  }
}

const MAX_NODES = 100_000
const MAX_DEPTH = 100
/** In fewer characters there is nothing that could be too many. */
const MOST_PLAIN = 65_536
const START: Place = { line: 1, column: 1 }

/**
 * Every document of the text, empty ones as null. Throws YamlFault for what two YAML readers could understand differently (tags,
 * directives), for aliases that multiply and for nesting without end, besides wrong syntax.
 */
export function parseLocatedYaml(text: string): LocatedValue[] {
  const plain = text.length <= MOST_PLAIN && !UNREADABLE.test(text) && readPlainYaml(text, LOCATED_MAKER)
  return plain ? plain.map(({ value }) => value) : readCompletely(text)
}

/** The same of every YAML there is, with the library's reader. */
export function readCompletely(text: string): LocatedValue[] {
  const lines = new LineCounter()
  const documents = parse(text, lines)
  const directives = /^%/m.test(text)
  return documents.map((document) => {
    const fault = document.errors[0] ?? document.warnings[0]
    if (fault) throw new YamlFault(fault.message.replace(/\.$/, ''), placeAt(lines, fault.pos[0]))
    if (directives && document.directives.docStart) throw new YamlFault('directives (%) are not read here', START)
    return new Reader(lines).read(document.contents, 0)
  })
}

interface OpenMap {
  readonly place: Place
  readonly members: Map<string, LocatedMember>
}

const LOCATED_MAKER: Maker<LocatedValue, OpenMap> = {
  scalar: (value, line, column) => ({ kind: 'scalar', place: { line, column }, value }),
  list: (items, line, column) => ({ kind: 'list', place: { line, column }, items }),
  openMap: (line, column) => ({ place: { line, column }, members: new Map() }),
  put({ members }, key, value, line, column) {
    if (members.has(key)) return false
    members.set(key, { key, value, place: { line, column } })
    return true
  },
  closeMap: ({ place, members }) => ({ kind: 'map', place, members: [...members.values()] }),
  nothing() {
    throw NOT_PLAIN_YAML
  },
  comments: true,
  // Whoever gets near the limit is told of it by the complete reader.
  deepest: MAX_DEPTH / 2,
}

export function toJson(located: LocatedValue): Json {
  switch (located.kind) {
    case 'scalar':
      return located.value
    case 'list':
      return located.items.map(toJson)
    case 'map':
      return Object.fromEntries(located.members.map(({ key, value }) => [key, toJson(value)]))
  }
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed[] {
  const unreadable = UNREADABLE.exec(text)
  if (unreadable)
    throw new YamlFault(
      `it holds ${codePoint(unreadable[0])}, which YAML readers take differently`,
      placeIn(text, unreadable.index),
    )
  const options = { schema: 'failsafe', version: '1.1', uniqueKeys: false, prettyErrors: false, lineCounter } as const
  try {
    return compose(text, options, lineCounter)
  } catch (error) {
    if (error instanceof RangeError) throw new YamlFault('it is nested too deeply', START)
    throw error
  }
}

/** Ends at the first thing that is no YAML: a text of nothing else would make a fault of each letter. */
function compose(
  text: string,
  options: ConstructorParameters<typeof Composer>[0],
  lines: LineCounter,
): Document.Parsed[] {
  const composer = new Composer(options)
  const documents: Document.Parsed[] = []
  for (const token of new Parser(lines.addNewLine).parse(text)) {
    if (token.type === 'error') throw new YamlFault(token.message, placeAt(lines, token.offset))
    documents.push(...composer.next(token))
  }
  return [...documents, ...composer.end()]
}

/** Line breaks in YAML 1.1 that are none in 1.2, and control characters. */
const UNREADABLE = /(?![\t\n\r])[\p{Cc}\u2028\u2029\ufffe\uffff]/u

function codePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}

function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

const PLAIN_TAGS = new Set(['str', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`))

class Reader {
  readonly #lines: LineCounter
  readonly #anchors = new Map<string, unknown>()
  readonly #targets = new Map<Alias, unknown>()
  #nodes = 0
  #again = 0

  constructor(lines: LineCounter) {
    this.#lines = lines
  }

  read(node: unknown, depth: number): LocatedValue {
    const place = this.#placeOf(node)
    this.#nodes += 1
    if (this.#nodes > MAX_NODES) throw new YamlFault('its aliases multiply without end', place)
    if (depth > MAX_DEPTH) throw new YamlFault('it is nested too deeply', place)
    if (isAlias(node)) return this.#readAgain(this.#target(node), depth + 1)
    this.#noteAnchor(node)
    const tag = (node as { tag?: string } | null)?.tag
    if (tag !== undefined && !PLAIN_TAGS.has(tag)) throw new YamlFault(`the tag ${tag} is not read here`, place)
    if (isSeq(node)) return { kind: 'list', place, items: node.items.map((item) => this.read(item, depth + 1)) }
    if (isMap(node))
      return { kind: 'map', place, members: node.items.flatMap((pair) => this.#members(pair, depth + 1)) }
    return { kind: 'scalar', place, value: this.#scalar(node, place) }
  }

  #scalar(node: unknown, place: Place): Json {
    if (!isScalar(node)) return null
    const text = String(node.value ?? '')
    if (node.type !== 'PLAIN' || node.tag !== undefined) return text
    const value = plainScalar(text)
    if (value === undefined) throw new YamlFault(`${text} is no number that JSON can hold`, place)
    return value
  }

  #members(pair: Pair, depth: number): LocatedMember[] {
    if (isMerge(pair.key)) return this.#merged(this.read(pair.value, depth))
    const key = this.read(pair.key, depth)
    if (key.kind !== 'scalar' || key.value === null) throw new YamlFault('a key is not text', key.place)
    return [{ key: String(key.value), place: key.place, value: this.read(pair.value, depth) }]
  }

  /** Of several merged maps the first wins, so it comes last. */
  #merged(value: LocatedValue): LocatedMember[] {
    if (value.kind === 'map') return [...value.members]
    if (value.kind === 'list') return value.items.toReversed().flatMap((item) => this.#merged(item))
    throw new YamlFault('`<<` needs a map', value.place)
  }

  #readAgain(target: unknown, depth: number): LocatedValue {
    this.#again += 1
    const value = this.read(target, depth)
    this.#again -= 1
    return value
  }

  /** Only where it stands in the text: what an alias repeats is no newer than what came in between. */
  #noteAnchor(node: unknown): void {
    const { anchor } = (node ?? {}) as { anchor?: string }
    if (anchor !== undefined && this.#again === 0) this.#anchors.set(anchor, node)
  }

  /** An alias stands for the last such anchor before it, wherever it is read again. */
  #target(alias: Alias): unknown {
    const target = this.#targets.get(alias) ?? this.#anchors.get(alias.source)
    if (!target) throw new YamlFault(`the alias *${alias.source} has no anchor`, this.#placeOf(alias))
    this.#targets.set(alias, target)
    return target
  }

  #placeOf(node: unknown): Place {
    const range = (node as { range?: readonly number[] | null } | null)?.range
    return range ? placeAt(this.#lines, range[0] ?? 0) : START
  }
}

function isMerge(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.tag === undefined && key.value === '<<'
}
