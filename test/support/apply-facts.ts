import type { FieldChange } from '../../src/model/field-diff.ts'
import { type ItemKey, type PathStep, VALUE } from '../../src/model/field-path.ts'
import { renameFollower } from '../../src/model/generated-names.ts'
import { canonicalJson, type Json, type JsonObject } from '../../src/model/json.ts'
import type { Manifest } from '../../src/model/manifest.ts'
import type { ObjectChange } from '../../src/model/manifest-diff.ts'
import { resourceId } from '../../src/model/resource-key.ts'

/** Plays a diff back onto its base: what comes out must be the head. The oracle of the diff's property test. */
export function applyChanges(base: readonly Manifest[], changes: readonly ObjectChange[]): Map<string, Json> {
  const renames = changes.flatMap((change) => (change.renamed ? [change.renamed] : []))
  const follow = renameFollower(renames)
  const bodies = new Map<string, Json>(
    base.map((manifest) => follow(manifest).manifest).map((manifest) => [resourceId(manifest.key), manifest.body]),
  )
  for (const change of changes) {
    const id = resourceId(change.key)
    const former = change.before && resourceId(change.before.key)
    const body = applyFields(former === undefined ? undefined : bodies.get(former), change.facts)
    if (former !== undefined && former !== id) bodies.delete(former)
    if (body === undefined) bodies.delete(id)
    else bodies.set(id, body)
  }
  return bodies
}

export function applyFields(value: Json | undefined, changes: readonly FieldChange[], depth = 0): Json | undefined {
  const here = changes.find((change) => change.steps.length === depth && !change.order)
  if (here) return here.after
  if (changes.length === 0) return value
  return Array.isArray(value) ? applyToList(value, changes, depth) : applyToObject(value as JsonObject, changes, depth)
}

function applyToObject(value: JsonObject, changes: readonly FieldChange[], depth: number): Json {
  const members = new Map(Object.entries(value))
  for (const [name, group] of Map.groupBy(changes, (change) => change.steps[depth] as string)) {
    const now = applyFields(members.get(name), group, depth + 1)
    if (now === undefined) members.delete(name)
    else members.set(name, now)
  }
  return Object.fromEntries(members)
}

function applyToList(list: readonly Json[], changes: readonly FieldChange[], depth: number): Json {
  const additions = changes.filter((change) => change.steps.length === depth + 1 && change.verb === 'added')
  const turned = changes.find((change) => change.order && change.steps.length === depth)
  const order = turned?.order
  const inner = changes.filter((change) => change !== turned && !additions.includes(change))
  const kept = list.map((item, i) => {
    const own = inner.filter((change) => stands(change.steps[depth] as PathStep, item, i))
    return applyFields(item, own, depth + 1)
  })
  const items = kept.filter((item) => item !== undefined)
  const ordered = order ? order.map((key) => items.find((item) => hasKey(item, key)) as Json) : items
  const at = (change: FieldChange) => change.at ?? (change.steps[depth] as number)
  for (const addition of additions.toSorted((a, b) => at(a) - at(b)))
    ordered.splice(at(addition), 0, addition.after as Json)
  return ordered
}

function stands(step: PathStep, item: Json, index: number): boolean {
  return typeof step === 'object' ? hasKey(item, step) : step === index
}

function hasKey(item: Json, key: ItemKey): boolean {
  const defaults: JsonObject = { protocol: 'TCP' }
  return Object.entries(key).every(([field, value]) => {
    const own = field === VALUE ? item : ((item as JsonObject)[field] ?? defaults[field])
    return canonicalJson(own) === canonicalJson(value)
  })
}
