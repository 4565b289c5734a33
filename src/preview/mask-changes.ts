import type { FactClass } from '../model/fact-class.ts'
import type { Verb } from '../model/field-diff.ts'
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts'
import { equalJson, member } from '../model/json-equal.ts'
import type { Fact, ObjectChange } from '../model/manifest-diff.ts'
import { isSecret, MASKED, type Mask, maskSecret } from '../model/mask-secrets.ts'

/** A fact that may leave the process. */
export interface MaskedFact {
  readonly object: string
  readonly namespace?: string
  readonly path: string
  readonly verb: Verb
  readonly before?: Json
  readonly after?: Json
  readonly class: FactClass
}

/** An object's change that may leave the process. */
export interface MaskedChange {
  readonly object: string
  readonly namespace?: string
  readonly verb: Verb
  readonly facts: readonly MaskedFact[]
  /** Objects that roll because they use this generated object under its new name. */
  readonly followers: readonly string[]
  /** For the text diff. */
  readonly before?: JsonObject
  readonly after?: JsonObject
}

/** The values of Secrets become `***`; only which keys changed stays visible. Known values are hidden in all else, too. */
export function maskChanges(changes: readonly ObjectChange[], mask: Mask): MaskedChange[] {
  return changes.map((change) => maskChange(change, mask))
}

function maskChange(change: ObjectChange, mask: Mask): MaskedChange {
  const { before, after } = maskBodies(change.before?.body, change.after?.body)
  const secret = [change.before, change.after].some((manifest) => manifest && isSecret(manifest.body))
  return {
    object: mask.text(change.object),
    ...(change.key.namespace !== undefined && { namespace: mask.text(change.key.namespace) }),
    verb: change.verb,
    facts: change.facts.map((fact) => maskFact(fact, secret, mask)),
    followers: (change.renamed?.followers ?? []).map((follower) => mask.text(follower)),
    ...(before && { before: maskTexts(before, mask) as JsonObject }),
    ...(after && { after: maskTexts(after, mask) as JsonObject }),
  }
}

function maskFact(fact: Fact, secret: boolean, mask: Mask): MaskedFact {
  const hide = secret ? hideInSecret(fact) : (value: Json) => value
  const shown = (value: Json) => maskTexts(hide(value), mask)
  return {
    object: mask.text(fact.object),
    ...(fact.namespace !== undefined && { namespace: mask.text(fact.namespace) }),
    path: mask.text(fact.path),
    verb: fact.verb,
    ...(fact.before !== undefined && { before: shown(fact.before) }),
    ...(fact.after !== undefined && { after: shown(fact.after) }),
    class: fact.class,
  }
}

function hideInSecret(fact: Fact): (value: Json) => Json {
  const [first] = fact.steps
  if (first === undefined) return (body) => maskSecret(body as JsonObject)
  return first === 'data' || first === 'stringData' ? hideLeaves : (value) => value
}

function hideLeaves(value: Json): Json {
  if (!isJsonObject(value)) return MASKED
  return Object.fromEntries(Object.keys(value).map((key) => [key, MASKED]))
}

/** Of a Secret in both versions, the values that differ say so without saying what they are. */
function maskBodies(before?: JsonObject, after?: JsonObject): { before?: JsonObject; after?: JsonObject } {
  const sides = { ...(before && { before: maskSecret(before) }), ...(after && { after: maskSecret(after) }) }
  if (!before || !after || !isSecret(before) || !isSecret(after)) return sides
  return {
    before: markChanged(maskSecret(before), before, after, `${MASKED} (before)`),
    after: markChanged(maskSecret(after), before, after, `${MASKED} (after)`),
  }
}

function markChanged(masked: JsonObject, before: JsonObject, after: JsonObject, mark: string): JsonObject {
  const fields = ['data', 'stringData'].filter((field) => isJsonObject(masked[field]))
  const marked = fields.map((field) => {
    const names = Object.keys(masked[field] as JsonObject)
    const values = names.map((name) => [name, isSameValue(field, name, before, after) ? MASKED : mark] as const)
    return [field, Object.fromEntries(values)] as const
  })
  return { ...masked, ...Object.fromEntries(marked) }
}

function isSameValue(field: string, name: string, before: JsonObject, after: JsonObject): boolean {
  const [old, now] = [before[field], after[field]]
  if (!isJsonObject(old) || !isJsonObject(now)) return false
  return equalJson(member(old, name), member(now, name))
}

/** Hides known values in every text, names of members included. */
function maskTexts(value: Json, mask: Mask): Json {
  if (Array.isArray(value)) return value.map((item) => maskTexts(item, mask))
  if (isJsonObject(value)) {
    const members = Object.entries(value).filter(([, item]) => item !== undefined)
    return Object.fromEntries(members.map(([name, item]) => [mask.text(name), maskTexts(item as Json, mask)]))
  }
  if (value === null || typeof value === 'boolean') return value
  const text = String(value)
  const masked = mask.text(text)
  return masked === text ? value : masked
}
