import { createHash } from 'node:crypto'
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
import { canonicalJson, isJsonObject, type Json, type JsonObject } from './json.ts'
import type { Manifest } from './manifest.ts'
import { plainScalar } from './plain-scalar.ts'
import { type ResourceKey, resourceId, resourceLabel } from './resource-key.ts'

/**
 * Objects of a kustomize build, with the values that the API server would read. Lists are flattened, empty documents left out.
 * Refuses (every problem at once) what kustomize never prints and no server takes: anchors, documents without apiVersion, kind or
 * name, the same object twice. Lines are those of the render.
 */
export function parseManifests(text: string): Manifest[] {
  const lines = new LineCounter()
  const problems: Problem[] = []
  const manifests = parse(text, lines).flatMap((document) => {
    const line = lines.linePos(document.contents?.range?.[0] ?? 0).line
    try {
      return flatten(documentBody(document, lines)).map((body) => toManifest(body, line))
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error
      problems.push(...error.problems)
      return []
    }
  })
  problems.push(...duplicates(manifests))
  if (problems.length > 0) throw new LockstepError(problems)
  return manifests
}

/** SHA-256 (hex) of the objects; their order and that of their keys does not count. */
export function renderDigest(manifests: readonly Manifest[]): string {
  const hash = createHash('sha256')
  for (const text of manifests.map((manifest) => canonicalJson(manifest.body)).sort()) hash.update(text).update('\n')
  return hash.digest('hex')
}

/** An object whose shape is known to be right, e.g. one that was parsed before and stored since. */
export function manifestOf(body: JsonObject): Manifest {
  return toManifest(body, 1)
}

type ParsedDocument = Document.Parsed

/** Line breaks in YAML 1.1 and characters in 1.2: the API server would drop the spaces after them, and this reader would not. */
const AMBIGUOUS = /[\u0085\u2028\u2029]/

function parse(text: string, lineCounter: LineCounter): readonly ParsedDocument[] {
  const ambiguous = text.search(AMBIGUOUS)
  if (ambiguous >= 0) {
    const code = text.charCodeAt(ambiguous).toString(16).toUpperCase().padStart(4, '0')
    throw new LockstepError(syntaxProblem(`the character U+${code}`, text.slice(0, ambiguous).split('\n').length))
  }
  try {
    const documents = parseAllDocuments(text, { schema: 'failsafe', version: '1.1', lineCounter, prettyErrors: false })
    return documents as ParsedDocument[]
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new LockstepError(syntaxProblem('nested too deeply', 1), { cause })
  }
}

function documentBody(document: ParsedDocument, lines: LineCounter): Json {
  const error: YAMLError | undefined = document.errors[0]
  if (error) throw new LockstepError(syntaxProblem(error.message, lines.linePos(error.pos[0]).line))
  return toJson(document.contents, lines)
}

function toJson(node: unknown, lines: LineCounter): Json {
  if (isScalar(node)) return scalarValue(node, lines)
  if (isSeq(node)) return node.items.map((item) => toJson(item, lines))
  if (isMap(node)) return Object.fromEntries(node.items.map((pair) => member(pair, lines)))
  if (isAlias(node)) throw new LockstepError(syntaxProblem('an alias', lines.linePos(node.range?.[0] ?? 0).line))
  return null
}

function member(pair: Pair, lines: LineCounter): [string, Json] {
  const key = toJson(pair.key, lines)
  if (key === null || typeof key === 'object') {
    const at = (pair.key as { range?: readonly number[] } | null)?.range?.[0] ?? 0
    throw new LockstepError(syntaxProblem('a key that is not text', lines.linePos(at).line))
  }
  return [String(key), toJson(pair.value, lines)]
}

function scalarValue(node: Scalar, lines: LineCounter): Json {
  const text = String(node.value ?? '')
  if (node.tag === BINARY) return Buffer.from(text, 'base64').toString('utf8')
  if (node.type !== 'PLAIN') return text
  const value = plainScalar(node.source ?? text)
  if (value !== undefined) return value
  throw new LockstepError(syntaxProblem(`the number ${text}`, lines.linePos(node.range?.[0] ?? 0).line))
}

const BINARY = 'tag:yaml.org,2002:binary'

/** As kubectl does: whatever has `items` and a kind that ends in `List` stands for its items. */
function flatten(body: Json): Json[] {
  if (body === null) return []
  if (!isJsonObject(body) || !String(body.kind).endsWith('List') || !Array.isArray(body.items)) return [body]
  return (body.items as readonly Json[]).flatMap(flatten)
}

function toManifest(body: Json, line: number): Manifest {
  if (!isJsonObject(body)) throw new LockstepError(shapeProblem('is not an object', line))
  const key = resourceKey(body, line)
  return { key, body }
}

function resourceKey(body: JsonObject, line: number): ResourceKey {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {}
  const kind = requireText(body.kind, 'kind', body, line)
  const name = requireText(metadata.name, 'metadata.name', body, line)
  const [, group = '', version = ''] =
    /^(?:(.*)\/)?(.*)$/s.exec(requireText(body.apiVersion, 'apiVersion', body, line)) ?? []
  const namespace = typeof metadata.namespace === 'string' && metadata.namespace ? metadata.namespace : undefined
  return { group, version, kind, ...(namespace && { namespace }), name }
}

function requireText(value: Json | undefined, field: string, body: JsonObject, line: number): string {
  if (typeof value === 'string' && value !== '') return value
  const missing = value === undefined || value === null || value === ''
  throw new LockstepError(
    shapeProblem(missing ? `has no ${field}` : `has a ${field} that is not text`, line, body.kind),
  )
}

function duplicates(manifests: readonly Manifest[]): Problem[] {
  const seen = new Set<string>()
  return manifests.flatMap(({ key }) => {
    const id = resourceId(key)
    if (seen.has(id)) return [duplicateProblem(key)]
    seen.add(id)
    return []
  })
}

function duplicateProblem(key: ResourceKey): Problem {
  return {
    code: 'MANIFEST_DUPLICATE',
    message: `The render holds ${resourceLabel(key)}${key.namespace ? ` in ${key.namespace}` : ''} more than once.`,
    object: resourceLabel(key),
    remedy: 'Keep one of them, or give them different names or namespaces.',
  }
}

function syntaxProblem(what: string, line: number): Problem {
  return {
    code: 'MANIFEST_SYNTAX',
    message: `The render cannot be read as Kubernetes objects at its line ${line}: ${what}.`,
    remedy: 'Run `kustomize build` on the overlay and look at that line.',
  }
}

function shapeProblem(what: string, line: number, kind?: Json): Problem {
  return {
    code: 'MANIFEST_INCOMPLETE',
    message: `An object at line ${line} of the render ${what}.`,
    ...(typeof kind === 'string' && { object: kind }),
    remedy: 'Give every object an apiVersion, a kind and a metadata.name; generateName cannot be kept in step.',
  }
}
