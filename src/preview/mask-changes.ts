import type { FactClass } from '../model/fact-class.ts'
import type { Verb } from '../model/field-diff.ts'
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts'
import { equalJson, member } from '../model/json-equal.ts'
import type { Fact, ObjectChange } from '../model/manifest-diff.ts'
import { isSecret, MASKED, type Mask, maskSecret, maskSecretAt } from '../model/mask-secrets.ts'
import { type ResourceKey, resourceLabel } from '../model/resource-key.ts'

/** A fact that may leave the process. */
export interface MaskedFact {
  readonly object: string
  readonly namespace?: string
  readonly path: string
  readonly verb: Verb
  readonly before?: Json
  readonly after?: Json
  readonly class: FactClass
  /** What the values do not say by themselves, in a few words. */
  readonly note?: string
}

/** An object's change that may leave the process. */
export interface MaskedChange {
  readonly object: string
  readonly namespace?: string
  readonly verb: Verb
  readonly facts: readonly MaskedFact[]
  /** Objects that roll because they use this generated object under its new name. */
  readonly followers: readonly string[]
  /** `ConfigMap/old`, or `ConfigMap/old in shop`: what is deleted, because this takes its place under another name. */
  readonly renamedFrom?: string
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
  const facts = secret ? foldEncryption(change.facts) : change.facts
  return {
    object: mask.text(change.object),
    ...(change.key.namespace !== undefined && { namespace: mask.text(change.key.namespace) }),
    verb: change.verb,
    facts: facts.map((fact) => maskFact(fact, secret, mask)),
    followers: (change.renamed?.followers ?? []).map((follower) => mask.text(follower)),
    ...(change.renamedFrom && { renamedFrom: mask.text(formerName(change.renamedFrom, change.key)) }),
    ...(before && { before: maskTexts(before, mask) as JsonObject }),
    ...(after && { after: maskTexts(after, mask) as JsonObject }),
  }
}

function formerName(former: ResourceKey, now: ResourceKey): string {
  return former.namespace === now.namespace
    ? resourceLabel(former)
    : `${resourceLabel(former)} in ${former.namespace ?? 'no namespace'}`
}

function maskFact(fact: Fact, secret: boolean, mask: Mask): MaskedFact {
  const shown = (value: Json) => maskTexts(secret ? maskSecretAt(fact.steps, value) : value, mask)
  return {
    object: mask.text(fact.object),
    ...(fact.namespace !== undefined && { namespace: mask.text(fact.namespace) }),
    path: mask.text(fact.path),
    verb: fact.verb,
    ...(fact.before !== undefined && { before: shown(fact.before) }),
    ...(fact.after !== undefined && { after: shown(fact.after) }),
    class: fact.class,
    ...(fact.note !== undefined && { note: fact.note }),
  }
}

/** SOPS signs and dates a Secret anew whenever it is encrypted: one fact says that. */
function foldEncryption(facts: readonly Fact[]): Fact[] {
  const [first] = facts.filter(isEncryption)
  if (!first) return [...facts]
  const whole = { steps: ['sops'], path: '.sops', note: 'encrypted anew by SOPS' }
  const verb = first.steps.length === 1 ? first.verb : 'changed'
  const folded: Fact = { ...first, ...whole, verb, ...(verb === 'changed' && { before: MASKED, after: MASKED }) }
  return [...facts.filter((fact) => !isEncryption(fact)), folded]
}

function isEncryption({ steps }: Fact): boolean {
  return steps[0] === 'sops'
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

/** Hides known values in every text, names of members included. The same value where there is nothing to hide. */
function maskTexts(value: Json, mask: Mask): Json {
  if (value === null || typeof value === 'boolean') return value
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => maskTexts(item, mask))
    return items.every((item, i) => item === value[i]) ? value : items
  }
  if (isJsonObject(value)) return maskMembers(value, mask)
  const text = String(value)
  const masked = mask.text(text)
  return masked === text ? value : masked
}

function maskMembers(value: JsonObject, mask: Mask): JsonObject {
  let changed = false
  const members = Object.entries(value).map(([name, item]) => {
    const shownName = mask.text(name)
    const shown = item === undefined ? item : maskTexts(item, mask)
    changed ||= shownName !== name || shown !== item
    return [shownName, shown] as const
  })
  return changed ? Object.fromEntries(members) : value
}
