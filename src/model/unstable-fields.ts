import { printPath } from './field-path.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { equalJson } from './json-equal.ts'
import type { Manifest } from './manifest.ts'
import { renderDigest } from './parse-manifests.ts'
import { type ResourceKey, resourceLabel } from './resource-key.ts'

/** A place of a render that differs whenever the same inputs are rendered: a generated password, a certificate, a date. */
export interface UnstableField {
  /** Index of the object among the render's manifests. */
  readonly manifest: number
  /** Members and indexes; none for an object that is not there every time. */
  readonly steps: readonly (string | number)[]
}

/** Stands for what differs every time wherever renders are compared. */
export const UNSTABLE = '(differs in every render)'

/** Where two renders of the same inputs differ, as places of the first. */
export function unstableFields(one: readonly Manifest[], other: readonly Manifest[]): UnstableField[] {
  const left = new Set(other)
  const pairs = one.map((manifest) => ({ manifest, same: take(left, (found) => sameKey(found.key, manifest.key)) }))
  return pairs.flatMap(({ manifest, same }, index) => {
    const partner = same ?? take(left, (found) => sameKey({ ...found.key, name: manifest.key.name }, manifest.key))
    const places = partner ? differences(manifest.body, partner.body) : [[]]
    return places.map((steps) => ({ manifest: index, steps }))
  })
}

/** The objects as they can be compared with another render's: what differs every time is the same text everywhere. */
export function settled(manifests: readonly Manifest[], unstable: readonly UnstableField[] = []): readonly Manifest[] {
  if (unstable.length === 0) return manifests
  const renamed = new Map<string, number>()
  return manifests.flatMap(({ key, body }, index) => {
    const places = unstable.filter(({ manifest }) => manifest === index).map(({ steps }) => steps)
    if (places.some((steps) => steps.length === 0)) return []
    const settledBody = places.reduce<Json>((value, steps) => replaceAt(value, steps), body) as JsonObject
    if (!places.some(isName)) return [{ key, body: settledBody }]
    const kind = `${key.group}/${key.kind}/${key.namespace ?? ''}`
    const count = (renamed.get(kind) ?? 0) + 1
    renamed.set(kind, count)
    return [withName({ key, body: settledBody }, count === 1 ? UNSTABLE : `${UNSTABLE} ${count}`)]
  })
}

/** `Secret/web .data.password`, sorted. */
export function unstableLabels(manifests: readonly Manifest[], unstable: readonly UnstableField[]): string[] {
  const labels = unstable.flatMap(({ manifest, steps }) => {
    const found = manifests[manifest]
    return found ? [`${resourceLabel(found.key)} ${printPath(steps)}`.trim()] : []
  })
  return labels.sort()
}

export function settledDigest(manifests: readonly Manifest[], unstable: readonly UnstableField[]): string {
  return renderDigest(settled(manifests, unstable))
}

function isName(steps: UnstableField['steps']): boolean {
  return steps.length === 2 && steps[0] === 'metadata' && steps[1] === 'name'
}

function withName({ key, body }: Manifest, name: string): Manifest {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {}
  return { key: { ...key, name }, body: { ...body, metadata: { ...metadata, name } } }
}

function take<T>(from: Set<T>, matches: (item: T) => boolean): T | undefined {
  for (const item of from) {
    if (!matches(item)) continue
    from.delete(item)
    return item
  }
  return undefined
}

function sameKey(one: ResourceKey, other: ResourceKey): boolean {
  return (
    one.group === other.group && one.kind === other.kind && one.namespace === other.namespace && one.name === other.name
  )
}

/** As deep as both have the same members, or as many items. */
function differences(one: Json, other: Json): (string | number)[][] {
  if (equalJson(one, other)) return []
  if (isJsonObject(one) && isJsonObject(other) && sameMembers(one, other)) {
    return Object.keys(one).flatMap((name) => within(name, one[name] ?? null, other[name] ?? null))
  }
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    return one.flatMap((item: Json, index) => within(index, item, other[index] as Json))
  }
  return [[]]
}

function within(step: string | number, one: Json, other: Json): (string | number)[][] {
  return differences(one, other).map((steps) => [step, ...steps])
}

function sameMembers(one: JsonObject, other: JsonObject): boolean {
  return Object.keys(one).sort().join('\0') === Object.keys(other).sort().join('\0')
}

function replaceAt(value: Json, [first, ...rest]: UnstableField['steps']): Json {
  if (first === undefined) return UNSTABLE
  if (Array.isArray(value)) return value.map((item: Json, index) => (index === first ? replaceAt(item, rest) : item))
  if (!isJsonObject(value)) return value
  return { ...value, [first]: replaceAt(value[first] ?? null, rest) }
}
