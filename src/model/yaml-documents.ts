import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLError,
} from 'yaml'
import { LockstepError, type Problem } from './errors.ts'
import type { Json } from './json.ts'
import { DEEPEST } from './plain-documents.ts'
import { plainScalar } from './plain-scalar.ts'

export interface YamlDocument {
  /** 1-based. */
  readonly line: number
  read(): Json
}

/** Line breaks in YAML 1.1 and characters in 1.2: the API server would drop the spaces after them, and this reader would not. */
const AMBIGUOUS = /[\u0085\u2028\u2029]/

/** Every document of a render, read when asked for: what is wrong with one hides no other. Throws MANIFEST_SYNTAX problems. */
export function readDocuments(text: string): YamlDocument[] {
  const lines = new LineCounter()
  return parse(text, lines).map((document) => ({
    line: lines.linePos(document.contents?.range?.[0] ?? 0).line,
    read: () => documentBody(document, lines),
  }))
}

function parse(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  const ambiguous = text.search(AMBIGUOUS)
  if (ambiguous >= 0) {
    const code = text.charCodeAt(ambiguous).toString(16).toUpperCase().padStart(4, '0')
    throw new LockstepError(syntaxProblem(`the character U+${code}`, text.slice(0, ambiguous).split('\n').length))
  }
  try {
    // The library compares each key with all others; `members` looks them up.
    const options = { schema: 'failsafe', version: '1.1', uniqueKeys: false, lineCounter, prettyErrors: false } as const
    const documents = parseAllDocuments(text, options)
    return documents as Document.Parsed[]
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new LockstepError(syntaxProblem('nested too deeply', 1), { cause })
  }
}

function documentBody(document: Document.Parsed, lines: LineCounter): Json {
  const error: YAMLError | undefined = document.errors[0]
  if (error) throw new LockstepError(syntaxProblem(error.message, lines.linePos(error.pos[0]).line))
  return toJson(document.contents, lines, 0)
}

function toJson(node: unknown, lines: LineCounter, depth: number): Json {
  if (depth > DEEPEST) throw new LockstepError(syntaxProblem('nested too deeply', lineOf(node, lines)))
  if (isScalar(node)) return scalarValue(node, lines)
  if (isSeq(node)) return node.items.map((item) => toJson(item, lines, depth + 1))
  if (isMap(node)) return members(node.items, lines, depth + 1)
  if (isAlias(node)) throw new LockstepError(syntaxProblem('an alias', lineOf(node, lines)))
  return null
}

function members(pairs: readonly Pair[], lines: LineCounter, depth: number): Json {
  const seen = new Set<string>()
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, value] = member(pair, lines, depth)
      if (seen.has(key)) throw new LockstepError(syntaxProblem('a repeated key', lineOf(pair.key, lines)))
      seen.add(key)
      return [key, value]
    }),
  )
}

function member(pair: Pair, lines: LineCounter, depth: number): [string, Json] {
  const key = toJson(pair.key, lines, depth)
  if (key === null || typeof key === 'object') {
    throw new LockstepError(syntaxProblem('a key that is not text', lineOf(pair.key, lines)))
  }
  return [String(key), toJson(pair.value, lines, depth)]
}

function lineOf(node: unknown, lines: LineCounter): number {
  return lines.linePos((node as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0).line
}

function scalarValue(node: Scalar, lines: LineCounter): Json {
  const text = String(node.value ?? '')
  if (node.tag === BINARY) return Buffer.from(text, 'base64').toString('utf8')
  if (node.type !== 'PLAIN') return text
  const value = plainScalar(node.source ?? text)
  if (value !== undefined) return value
  throw new LockstepError(syntaxProblem(`the number ${text}`, lineOf(node, lines)))
}

const BINARY = 'tag:yaml.org,2002:binary'

function syntaxProblem(what: string, line: number): Problem {
  return {
    code: 'MANIFEST_SYNTAX',
    message: `The render cannot be read as Kubernetes objects at its line ${line}: ${what}.`,
    remedy: 'Run `kustomize build` on the overlay and look at that line.',
  }
}
