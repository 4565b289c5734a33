import { isJsonObject, type Json, type JsonObject } from './json.ts'
import type { Manifest } from './manifest.ts'
import { base64Forms, SHORTEST_ANYWHERE, secretForms } from './secret-forms.ts'

/** Stands for a Secret's value in everything that leaves the process. Length and content are hidden. */
export const MASKED = '***'

export interface Mask {
  /** The text with every known Secret value, in each of its usual encodings, replaced by `***`. */
  text(text: string): string
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Hides the values of every Secret among `manifests`; give it both sides of a diff, and live objects where there are some.
 * `publicWords` (names of applications, environments, …) are never hidden: everybody sees them anyway.
 */
export function createMask(manifests: readonly Manifest[], publicWords: Iterable<string> = []): Mask {
  const known = new Set(publicWords)
  const secrets = manifests.map((manifest) => manifest.body).filter(isSecret)
  const forms = [...new Set(secrets.flatMap(formsOfSecret))].filter((form) => !known.has(form))
  const long = byPrefix(forms.filter((form) => form.length >= SHORTEST_ANYWHERE))
  const short = new Set(forms.filter((form) => form.length < SHORTEST_ANYWHERE))
  return { text: (text) => hideShort(hideLong(text, long), short) }
}

/** A Secret with its keys kept and each value replaced; other objects as they are. */
export function maskSecret(body: JsonObject): JsonObject {
  if (!isSecret(body)) return body
  const masked: Record<string, Json | undefined> = { ...body }
  for (const field of ['data', 'stringData']) {
    if (field in body) masked[field] = maskValues(body[field])
  }
  if (lastApplied(body) !== undefined) masked.metadata = maskLastApplied(body.metadata as JsonObject)
  return masked
}

export function isSecret(body: JsonObject): boolean {
  return body.kind === 'Secret' && body.apiVersion === 'v1'
}

function maskValues(values: Json | undefined): Json {
  if (!isJsonObject(values)) return MASKED
  return Object.fromEntries(Object.keys(values).map((key) => [key, MASKED]))
}

function maskLastApplied(metadata: JsonObject): JsonObject {
  return { ...metadata, annotations: { ...(metadata.annotations as JsonObject), [LAST_APPLIED]: MASKED } }
}

function lastApplied(body: JsonObject): string | undefined {
  const annotations = isJsonObject(body.metadata) ? body.metadata.annotations : undefined
  const text = isJsonObject(annotations) ? annotations[LAST_APPLIED] : undefined
  return typeof text === 'string' ? text : undefined
}

function formsOfSecret(body: JsonObject): string[] {
  const before = lastApplied(body)
  return [
    ...valuesOf(body.stringData).flatMap(secretForms),
    ...valuesOf(body.data).flatMap(formsOfData),
    ...(before === undefined ? [] : formsOfLastApplied(before)),
  ]
}

function formsOfLastApplied(text: string): string[] {
  try {
    const body: unknown = JSON.parse(text)
    return isJsonObject(body) ? formsOfSecret(withoutAnnotations(body as JsonObject)) : []
  } catch {
    return secretForms(text)
  }
}

function withoutAnnotations(body: JsonObject): JsonObject {
  return { ...body, metadata: null }
}

/** `data` is base64, possibly wrapped over lines; what does not decode is hidden as it stands. */
function formsOfData(value: string): string[] {
  const compact = value.replace(/\s+/g, '')
  const bytes = Buffer.from(compact, 'base64')
  const text = bytes.toString('utf8')
  const decoded = Buffer.from(text).equals(bytes) ? secretForms(text) : base64Forms(bytes)
  return [...decoded, ...secretForms(value), ...secretForms(compact)]
}

function valuesOf(values: Json | undefined): string[] {
  if (!isJsonObject(values)) return typeof values === 'string' ? [values] : []
  return Object.values(values)
    .filter((value) => value !== null && value !== undefined && value !== '')
    .map((value) => String(value))
}

function byPrefix(forms: readonly string[]): Map<string, string[]> {
  return Map.groupBy(forms, (form) => form.slice(0, SHORTEST_ANYWHERE))
}

function hideLong(text: string, forms: ReadonlyMap<string, readonly string[]>): string {
  let shown = ''
  let from = 0
  for (const [start, end] of findForms(text, forms)) {
    shown += text.slice(from, start) + MASKED
    from = end
  }
  return shown + text.slice(from)
}

/** Overlapping finds are joined, so that no end of a value is left standing. */
function findForms(text: string, forms: ReadonlyMap<string, readonly string[]>): [number, number][] {
  const found: [number, number][] = []
  if (forms.size === 0) return found
  for (let at = 0; at + SHORTEST_ANYWHERE <= text.length; at++) {
    const end = longestAt(text, at, forms)
    const last = found.at(-1)
    if (end === at) continue
    if (last && at < last[1]) last[1] = Math.max(last[1], end)
    else found.push([at, end])
  }
  return found
}

function longestAt(text: string, at: number, forms: ReadonlyMap<string, readonly string[]>): number {
  const candidates = forms.get(text.slice(at, at + SHORTEST_ANYWHERE)) ?? []
  return candidates.reduce((end, form) => (text.startsWith(form, at) ? Math.max(end, at + form.length) : end), at)
}

function hideShort(text: string, forms: ReadonlySet<string>): string {
  if (forms.size === 0) return text
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  const any = longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])(?:${any})(?![\\p{L}\\p{N}])`, 'gu'), MASKED)
}
