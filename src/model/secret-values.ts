import { isJsonObject, type Json, type JsonObject, printJson } from './json.ts'
import { byteForms, secretForms } from './secret-forms.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** A Secret of Kubernetes itself. */
export function isSecret(body: JsonObject): boolean {
  return body.kind === 'Secret' && body.apiVersion === 'v1'
}

/** What kubectl left in the annotations; undefined where there is none. */
function lastApplied(body: JsonObject): string | undefined {
  const annotations = isJsonObject(body.metadata) ? body.metadata.annotations : undefined
  const text = isJsonObject(annotations) ? annotations[LAST_APPLIED] : undefined
  return typeof text === 'string' ? text : undefined
}

/** Secrets in an object: itself, or what a template of other objects holds. */
export function secretsWithin(value: Json): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => secretsWithin(item))
  if (!isJsonObject(value)) return []
  if (isSecret(value)) return [value]
  const found: JsonObject[] = []
  for (const item of Object.values(value)) {
    if (typeof item === 'object' && item !== null) found.push(...secretsWithin(item))
  }
  return found
}

/** Every text under which a value of these Secrets may turn up elsewhere. Equal values are looked at once. */
export function formsOfSecrets(secrets: readonly JsonObject[]): Set<string> {
  const values: Values = { texts: new Set(), data: new Set() }
  for (const secret of secrets) collectValues(secret, values)
  const forms = new Set<string>()
  const add = (more: Iterable<string>) => {
    for (const form of more) forms.add(form)
  }
  for (const text of values.texts) add(secretForms(text))
  for (const value of values.data) add(formsOfData(value))
  return forms
}

interface Values {
  readonly texts: Set<string>
  /** As they stand in `data`. */
  readonly data: Set<string>
}

function collectValues(body: JsonObject, { texts, data }: Values): void {
  for (const value of valuesOf(body.stringData)) texts.add(value)
  for (const value of valuesOf(body.data)) data.add(value)
  for (const field of Object.keys(body)) {
    if (!KNOWN_FIELDS.has(field)) for (const value of leavesOf(body[field] ?? null)) texts.add(value)
  }
  const before = lastApplied(body)
  if (before === undefined) return
  try {
    const applied: unknown = JSON.parse(before)
    if (isJsonObject(applied)) collectValues({ ...applied, metadata: null }, { texts, data })
  } catch {
    texts.add(before)
  }
}

/** SOPS' own is about the encryption, and public. */
const KNOWN_FIELDS = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'type',
  'immutable',
  'data',
  'stringData',
  'status',
  'sops',
])

function leavesOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => leavesOf(item))
  if (isJsonObject(value)) return Object.values(value).flatMap((item) => leavesOf(item ?? null))
  return value === null || value === '' ? [] : [String(value)]
}

/** `data` is base64, possibly wrapped over lines; what does not decode is hidden as it stands. */
function formsOfData(value: string): string[] {
  const compact = value.replace(/\s+/g, '')
  const bytes = Buffer.from(compact, 'base64')
  const text = bytes.toString('utf8')
  const decoded = Buffer.from(text).equals(bytes) ? secretForms(text) : byteForms(bytes)
  const isBase64 = bytes.toString('base64').replace(/=+$/, '') === compact.replace(/=+$/, '')
  return [...decoded, value, compact, ...(isBase64 ? [] : secretForms(value))]
}

function valuesOf(values: Json | undefined): string[] {
  if (!isJsonObject(values)) return typeof values === 'string' ? [values] : []
  return Object.values(values)
    .filter((value) => value !== null && value !== undefined && value !== '')
    .map((value) => (typeof value === 'object' ? printJson(value) : String(value)))
}
