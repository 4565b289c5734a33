import type { PathStep } from './field-path.ts'
import { FormIndex, SHORTEST_ANYWHERE } from './form-index.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import type { Manifest } from './manifest.ts'
import { formsOfSecrets, isSecret, LAST_APPLIED, secretsWithin } from './secret-values.ts'
import { ShortForms } from './short-forms.ts'

export { isSecret } from './secret-values.ts'

/** Stands for a Secret's value in everything that leaves the process. Length and content are hidden. */
export const MASKED = '***'

export interface Mask {
  /** The text with every known Secret value, in each of its usual encodings, replaced by `***`. */
  text(text: string): string
}

/** Texts that come again and again: names of fields, kinds, labels. */
const REMEMBERED = 20_000
const LONGEST_REMEMBERED = 200

/**
 * Hides the values of every Secret among `manifests`; give it both sides of a diff, and live objects where there are some. Values of
 * four characters or more are hidden wherever they stand, of two or three only where they stand alone, single characters and words
 * like `true` nowhere: anyone could guess them, and the holes would tell which they are.
 * `publicWords` (names of applications, environments, …) are never hidden: everybody sees them anyway.
 */
export function createMask(manifests: readonly Manifest[], publicWords: Iterable<string> = []): Mask {
  const forms = formsOfSecrets(manifests.flatMap(({ body }) => secretsWithin(body)))
  for (const word of publicWords) forms.delete(word)
  if (forms.size === 0) return { text: (text) => text }
  const index = new FormIndex(forms)
  const short = new ShortForms([...forms].filter((form) => form.length < SHORTEST_ANYWHERE))
  const remembered = new Map<string, string>()
  const hide = (text: string) => short.hide(hideFound(text, index), MASKED)
  return {
    text(text) {
      if (text.length > LONGEST_REMEMBERED) return hide(text)
      const known = remembered.get(text)
      if (known !== undefined) return known
      const shown = hide(text)
      if (remembered.size < REMEMBERED) remembered.set(text, shown)
      return shown
    },
  }
}

/** Fields of a Secret that hold no value of it; what else stands in one may be a misspelt `stringData`. */
const OPEN_FIELDS = new Set(['apiVersion', 'kind', 'metadata', 'type', 'immutable'])

/** A Secret with its keys kept and each value replaced; other objects as they are. */
export function maskSecret(body: JsonObject): JsonObject {
  if (!isSecret(body)) return body
  return Object.fromEntries(Object.keys(body).map((field) => [field, maskSecretAt([field], body[field] ?? null)]))
}

/** What stands at `steps` of a Secret (all of it for none), with what may not be shown replaced. */
export function maskSecretAt(steps: readonly PathStep[], value: Json): Json {
  const [first, second, third] = steps
  if (first === undefined) return isJsonObject(value) ? maskSecret(value) : MASKED
  if (first !== 'metadata') return OPEN_FIELDS.has(String(first)) ? value : maskValues(value)
  if (second === 'annotations' && third === LAST_APPLIED) return MASKED
  if (!isJsonObject(value) || (second !== undefined && second !== 'annotations') || third !== undefined) return value
  if (second === 'annotations') return LAST_APPLIED in value ? { ...value, [LAST_APPLIED]: MASKED } : value
  const { annotations } = value
  return annotations === undefined
    ? value
    : { ...value, annotations: maskSecretAt(['metadata', 'annotations'], annotations) }
}

function maskValues(values: Json): Json {
  if (!isJsonObject(values)) return MASKED
  return Object.fromEntries(Object.keys(values).map((key) => [key, MASKED]))
}

function hideFound(text: string, index: FormIndex): string {
  const found = index.find(text)
  if (found.length === 0) return text
  let shown = ''
  let from = 0
  for (const [start, end] of found) {
    shown += text.slice(from, start) + MASKED
    from = end
  }
  return shown + text.slice(from)
}
