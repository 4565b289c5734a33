import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
} from 'yaml'
import { LockstepError } from '../../model/errors.ts'

/** Steps from a document's root: keys of maps and indexes of lists. */
export type YamlPath = readonly (string | number)[]

/** A YAML file whose nodes still know their offsets in `text`. */
export interface YamlFile {
  readonly file: string
  readonly text: string
  readonly documents: readonly Document[]
  /** 1-based line of an offset. */
  lineAt(offset: number): number
}

const MAX_BYTES = 1_048_576

/** Throws YAML_UNREADABLE with the line for syntax errors, duplicate keys, files over 1 MiB and nesting without end. */
export function parseYamlFile(text: string, file: string): YamlFile {
  if (Buffer.byteLength(text) > MAX_BYTES) throw unreadable(file, 1, 'is larger than 1 MiB')
  const lines = new LineCounter()
  const documents = parseDocuments(text, file, lines)
  for (const { errors } of documents) {
    const [error] = errors
    if (error) throw unreadable(file, lines.linePos(error.pos[0]).line, `is not valid YAML (${error.code})`)
  }
  return { file, text, documents, lineAt: (offset) => lines.linePos(offset).line }
}

function parseDocuments(text: string, file: string, lines: LineCounter): readonly Document[] {
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, intAsBigInt: true })
    return Array.isArray(parsed) ? parsed : []
  } catch (cause) {
    throw unreadable(file, 1, 'is nested too deeply', cause)
  }
}

function unreadable(file: string, line: number, what: string, cause?: unknown): LockstepError {
  return new LockstepError(
    { code: 'YAML_UNREADABLE', message: `The file ${what}.`, file, line, remedy: 'Correct the file at this line.' },
    { cause },
  )
}

/** What stands at a path: its node, the pair that holds it where the last step is a key, and whether an alias lies on the way. */
export interface Found {
  readonly node: Node | null
  readonly pair?: Pair<Node, Node | null>
  readonly throughAlias: boolean
}

/** Undefined when nothing stands there. Aliases are followed, and told. */
export function findNode(document: Document, path: YamlPath): Found | undefined {
  let found: Found = { node: document.contents as Node | null, throughAlias: false }
  for (const step of path) {
    const throughAlias: boolean = found.throughAlias || isAlias(found.node)
    const inside: unknown = isAlias(found.node) ? found.node.resolve(document) : found.node
    if (isSeq(inside) && typeof step === 'number') {
      if (step >= inside.items.length) return undefined
      found = { node: inside.items[step] as Node, throughAlias }
      continue
    }
    const pair = isMap(inside) ? inside.items.find(({ key }) => isScalar(key) && String(key.value) === step) : undefined
    if (!pair) return undefined
    found = { node: pair.value as Node | null, pair: pair as Pair<Node, Node | null>, throughAlias }
  }
  return isAlias(found.node) ? { ...found, throughAlias: true } : found
}

/** The text of a scalar as it was meant: `newTag: 1.20` is "1.20", not the number. Undefined for maps, lists and null. */
export function scalarText(document: Document, node: Node | null): string | undefined {
  const resolved = isAlias(node) ? node.resolve(document) : node
  if (!isScalar(resolved) || resolved.value === null) return undefined
  return typeof resolved.value === 'string' ? resolved.value : (resolved.source ?? String(resolved.value))
}

/** Plain values of a document, integers exact. Throws YAML_UNREADABLE for aliases that multiply. */
export function documentValue(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch (cause) {
    throw unreadable(file, 1, 'uses too many aliases', cause)
  }
}
