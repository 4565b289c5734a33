import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
} from 'yaml'
import { LockstepError, type Problem } from '../model/errors.ts'

export type Path = readonly PropertyKey[]
export interface Place {
  readonly line: number
  readonly column: number
}

/** A YAML file as plain values that still knows where each of them stands. */
export interface YamlSource {
  readonly file: string
  readonly value: unknown
  /** Where the value at `path` begins, or the nearest thing around it that is there. */
  placeOfValue(path: Path): Place
  /** Where the key at the end of `path` stands. */
  placeOfKey(path: Path): Place
}

/** Larger files are refused: configuration is written by hand. */
const MAX_BYTES = 262_144

/** Reads one YAML 1.2 document. Throws CONFIG_SYNTAX or CONFIG_TOO_LARGE. */
export function parseYamlSource(text: string, file: string): YamlSource {
  if (Buffer.byteLength(text) > MAX_BYTES) throw new LockstepError(tooLarge(file))
  const lines = new LineCounter()
  // The library compares each key with all others; `repeatedKeys` looks them up.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false }
  const document = parseGuarded(file, () => parseDocument(text, options))
  const [error] = document.errors
  if (error) throw new LockstepError(syntaxProblem(file, error, lines))
  const repeated = repeatedKeys(document)
  if (repeated.length > 0) throw new LockstepError(repeated.map((key) => duplicateProblem(file, key, lines)))
  const root = document.contents
  const place = (node: { range?: readonly number[] | null } | undefined): Place => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0)
    return { line, column: col }
  }
  const resolve = (node: unknown) => (isAlias(node) ? node.resolve(document) : node)
  return {
    file,
    value: parseGuarded(file, () => document.toJS() as unknown),
    placeOfValue: (path) => place(walk(root, path, resolve).node),
    placeOfKey(path) {
      const { node, pair } = walk(root, path, resolve)
      return place((pair?.key as Node | undefined) ?? node)
    },
  }
}

interface Found {
  readonly node: Node | undefined
  /** The pair whose value `node` is, when the whole path was found and ends in a key. */
  readonly pair?: Pair
}

function walk(root: Node | null, path: Path, resolve: (node: unknown) => unknown): Found {
  let found: Found = { node: root ?? undefined }
  for (const step of path) {
    const inside = resolve(found.node)
    if (isSeq(inside) && inside.items[Number(step)]) {
      found = { node: inside.items[Number(step)] as Node }
      continue
    }
    const pair = isMap(inside) ? inside.items.find(({ key }) => keyText(key) === String(step)) : undefined
    if (!pair) return { node: found.node }
    found = { node: ((pair.value ?? pair.key) as Node | null) ?? undefined, pair }
  }
  return found
}

function keyText(key: unknown): string {
  return String((key as { value?: unknown } | null)?.value ?? '')
}

/** Aliases that multiply and nesting without end make the parser throw; to the reader that is a fault of the file. */
function parseGuarded<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    const message = cause instanceof RangeError ? 'The file is nested too deeply.' : 'The file uses too many aliases.'
    throw new LockstepError(
      { code: 'CONFIG_SYNTAX', message, file, line: 1, column: 1, remedy: 'Write it as plain YAML.' },
      { cause },
    )
  }
}

/** After the first fault of syntax the parser guesses, and what it says then helps nobody. */
function syntaxProblem(file: string, error: YAMLError, lines: LineCounter): Problem {
  const { line, col } = lines.linePos(error.pos[0])
  const message = `Not valid YAML: ${firstLine(error.message)}.`
  return { code: 'CONFIG_SYNTAX', message, file, line, column: col, remedy: 'Correct the syntax at this place.' }
}

/** Every key whose map has had it before. */
function repeatedKeys(document: Document): Scalar[] {
  const found: Scalar[] = []
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) found.push(key)
        seen.add(key.value)
      }
    },
  })
  return found
}

function duplicateProblem(file: string, key: Scalar, lines: LineCounter): Problem {
  const { line, col } = lines.linePos(key.range?.[0] ?? 0)
  const message = 'The same key stands here twice.'
  return { code: 'CONFIG_DUPLICATE', message, file, line, column: col, remedy: 'Keep one of them.' }
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/[.:]?\s*$/, '')
}

function tooLarge(file: string): Problem {
  return {
    code: 'CONFIG_TOO_LARGE',
    message: `The file is larger than ${MAX_BYTES / 1024} KiB.`,
    file,
    remedy: 'Make it smaller.',
  }
}
