import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import { parseLocatedYaml, toJson } from '../../model/located-yaml.ts'
import type { Manifest } from '../../model/manifest.ts'
import { createMask, type Mask } from '../../model/mask-secrets.ts'
import { tellingValues } from './chart-values.ts'

/**
 * Hides in kustomize's messages every value that the build's input files would put into a Secret: literals and files of secret
 * generators, Secrets, patches of Secrets, and values of charts that are called like one. kustomize and helm quote such values when they
 * refuse them.
 */
export function maskOfInputs(files: ReadonlyMap<string, Buffer>): Mask {
  const values = [...files].flatMap(([path, content]) => {
    const text = content.toString('utf8')
    const documents = readDocuments(text)
    if (!documents) return unreadableTexts(text)
    return documents.flatMap((document) => [
      ...secretTexts(document, files),
      ...tellingValues(path, document).flatMap(texts),
    ])
  })
  return createMask([pretendSecret(values)])
}

function readDocuments(text: string): Json[] | undefined {
  try {
    return parseLocatedYaml(text).map(toJson)
  } catch {
    return undefined
  }
}

/** Of a file that is no YAML and speaks of Secrets, whatever could be a value. */
function unreadableTexts(text: string): string[] {
  if (!/secret/i.test(text)) return []
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^- /, ''))
    .filter((line) => !OPEN_LINE.test(line))
  return [...lines, ...lines.flatMap((line) => [afterEquals(line), line.slice(line.indexOf(':') + 1)])]
    .map((value) => value.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .filter((value) => value.length >= SHORTEST_UNREADABLE)
}

const SHORTEST_UNREADABLE = 6
/** Names of objects are no secrets, and errors are about them. */
const OPEN_LINE = /^(?:apiVersion|kind|name|namespace|type)\s*:/

function secretTexts(value: Json, files: ReadonlyMap<string, Buffer>): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => secretTexts(item as Json, files))
  if (!isJsonObject(value)) return []
  const own = value.kind === 'Secret' || value.kind === 'SecretGenerator' ? valuesOf(value, files) : []
  const generators = list(value.secretGenerator).flatMap((generator) => valuesOf(generator, files))
  const patches = [...list(value.patches), ...list(value.patchesJson6902)].flatMap((patch) => patchTexts(patch, files))
  const inline = list(value.patchesStrategicMerge).flatMap((patch) => inPlace(patch, files))
  const items = list(value.items).flatMap((item) => secretTexts(item, files))
  return [...own, ...generators, ...patches, ...inline, ...items]
}

function valuesOf(source: Json, files: ReadonlyMap<string, Buffer>): string[] {
  if (!isJsonObject(source)) return []
  const literals = list(source.literals).map(String)
  const references = [...list(source.files), ...list(source.envs), ...list([source.env ?? null])].map(String)
  const contents = references.flatMap((reference) => contentsOf(reference.replace(/^[^=]*=/, ''), files))
  const lines = [...literals, ...contents.flatMap((content) => content.split('\n'))]
  const decoded = texts(source.data ?? null).map((text) => Buffer.from(text, 'base64').toString('utf8'))
  return [
    ...lines,
    ...lines.map(afterEquals),
    ...contents,
    ...texts(source.data ?? null),
    ...decoded,
    ...texts(source.stringData ?? null),
    ...misspelt(source),
  ]
}

/** A Secret has no other fields: what stands there was meant to be one of them. */
function misspelt(source: JsonObject): string[] {
  if (source.kind !== 'Secret') return []
  return Object.entries(source).flatMap(([field, value]) => (OTHER_FIELDS.has(field) ? [] : texts(value ?? null)))
}

const OTHER_FIELDS = new Set(['apiVersion', 'kind', 'metadata', 'type', 'immutable', 'data', 'stringData', 'sops'])

/** The file may be referred to from any directory: its last name is enough to find what has to be hidden. */
function contentsOf(reference: string, files: ReadonlyMap<string, Buffer>): string[] {
  const name = reference.split('/').at(-1) ?? ''
  return [...files].filter(([path]) => path.split('/').at(-1) === name).map(([, content]) => content.toString('utf8'))
}

function patchTexts(patch: Json, files: ReadonlyMap<string, Buffer>): string[] {
  if (!isJsonObject(patch)) return []
  const bodies = [...list([patch.patch ?? null]).map(String), ...pathContents(patch, files)]
  return bodies.flatMap((body) => [
    ...(mayBeSecret(patch.target ?? null) ? patchedValues(body) : []),
    ...inPlace(body, files),
  ])
}

/** Without a kind, or by a pattern, the target may be a Secret. */
function mayBeSecret(target: Json): boolean {
  const kind = isJsonObject(target) ? target.kind : undefined
  if (typeof kind !== 'string') return isJsonObject(target)
  try {
    return new RegExp(`^(?:${kind})$`).test('Secret')
  } catch {
    return true
  }
}

/** What a patch puts in: the values of its operations, or all of it. */
function patchedValues(body: string): string[] {
  const documents = readDocuments(body) ?? []
  return documents.flatMap((document) =>
    Array.isArray(document)
      ? document.flatMap((operation: Json) => (isJsonObject(operation) ? texts(operation.value ?? null) : []))
      : texts(document),
  )
}

function pathContents(patch: JsonObject, files: ReadonlyMap<string, Buffer>): string[] {
  return typeof patch.path === 'string' ? contentsOf(patch.path, files) : []
}

function inPlace(body: Json, files: ReadonlyMap<string, Buffer>): string[] {
  if (typeof body !== 'string') return []
  return readDocuments(body)?.flatMap((document) => secretTexts(document, files)) ?? unreadableTexts(body)
}

function afterEquals(literal: string): string {
  return literal.slice(literal.indexOf('=') + 1)
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => item !== null) : []
}

/** Every text in a value, at any depth. */
function texts(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => texts(item as Json))
  if (isJsonObject(value)) return Object.values(value).flatMap((item) => texts(item ?? null))
  return value === null ? [] : [String(value)]
}

function pretendSecret(values: readonly string[]): Manifest {
  const stringData = Object.fromEntries(values.map((value, index) => [String(index), value]))
  const key = { group: '', version: 'v1', kind: 'Secret', name: 'inputs' }
  return { key, body: { apiVersion: 'v1', kind: 'Secret', stringData } }
}
