import { isJsonObject, type Json, type JsonObject } from './json.ts'
import type { Manifest } from './manifest.ts'
import { type ResourceKey, resourceId, resourceLabel } from './resource-key.ts'

/** A generated ConfigMap or Secret whose content, and with it the hash in its name, has changed. */
export interface Rename {
  readonly kind: string
  readonly namespace?: string
  readonly from: string
  readonly to: string
}

/** With the objects that use the new name, and so roll. */
export interface FollowedRename extends Rename {
  /** `Deployment/checkout`, sorted. */
  readonly followers: readonly string[]
}

/** kustomize writes its hashes without the letters and digits that could form words. */
const HASHED = /^(.+)-[2456789bcdfghkmt]{10}$/
const GENERATED = new Set(['ConfigMap', 'Secret'])

/** The name without kustomize's hash; undefined for a name that holds none. */
export function generatedStem(key: ResourceKey): string | undefined {
  return key.group === '' && GENERATED.has(key.kind) ? HASHED.exec(key.name)?.[1] : undefined
}

/** Pairs what only one side has by kind, namespace and stem, where that leaves no choice. */
export function findRenames(before: readonly Manifest[], after: readonly Manifest[]): Rename[] {
  const gone = byStem(without(before, after))
  const come = byStem(without(after, before))
  const renames: Rename[] = []
  for (const [stem, [from, ...others]] of gone) {
    const [to, ...rivals] = come.get(stem) ?? []
    if (!from || !to || others.length > 0 || rivals.length > 0) continue
    const { kind, namespace } = from.key
    renames.push({ kind, ...(namespace !== undefined && { namespace }), from: from.key.name, to: to.key.name })
  }
  // A ConfigMap and a Secret of one name: which of them a reference means is not known.
  const names = Map.groupBy(renames, oldName)
  return renames.filter((rename) => names.get(oldName(rename))?.length === 1)
}

/** The old side with the new side's generated names in it, and what is known of an object that stands under one of them. */
export function followGenerated(
  before: readonly Manifest[],
  after: readonly Manifest[],
): { manifests: Manifest[]; renamed(key: ResourceKey): FollowedRename | undefined } {
  const renames = findRenames(before, after)
  const follow = renameFollower(renames)
  const followed = before.map(follow)
  const followers = new Map<Rename, string[]>(renames.map((rename) => [rename, []]))
  followed.forEach(({ used }, i) => {
    const { key } = before[i] as Manifest
    for (const rename of used) if (key.name !== rename.from) followers.get(rename)?.push(stableLabel(key))
  })
  const byId = new Map(renames.map((rename) => [newId(rename, rename.to), rename]))
  return {
    manifests: followed.map(({ manifest }) => manifest),
    renamed(key) {
      const rename = byId.get(newId(key, key.name))
      return rename && { ...rename, followers: (followers.get(rename) ?? []).sort() }
    },
  }
}

function newId({ kind, namespace }: Pick<Rename, 'kind' | 'namespace'>, name: string): string {
  return [kind, namespace ?? '', name].join('/')
}

/** A manifest with the new names wherever an old one stands as a whole value, and the renames that were met in it. */
export interface Followed {
  /** The same object when nothing changes. */
  readonly manifest: Manifest
  readonly used: readonly Rename[]
}

/** What brings manifests of the old side to the new names; references reach within a namespace. */
export function renameFollower(renames: readonly Rename[]): (manifest: Manifest) => Followed {
  const byNamespace = Map.groupBy(renames, (rename) => rename.namespace)
  const indexes = new Map(
    [...byNamespace].map(([namespace, group]) => [namespace, new Map(group.map((rename) => [rename.from, rename]))]),
  )
  return (manifest) => {
    const names = indexes.get(manifest.key.namespace)
    if (!names) return { manifest, used: [] }
    const used = new Set<Rename>()
    const body = replaceValues(manifest.body, names, used) as JsonObject
    const own = names.get(manifest.key.name)
    const key = own?.kind === manifest.key.kind ? { ...manifest.key, name: own.to } : manifest.key
    return { manifest: body === manifest.body ? manifest : { key, body }, used: [...used] }
  }
}

/** `ConfigMap/settings` for a generated `settings-7h2m…`: the same in every environment. */
export function stableLabel(key: ResourceKey): string {
  return resourceLabel({ ...key, name: generatedStem(key) ?? key.name })
}

function oldName({ namespace, from }: Rename): string {
  return `${namespace ?? ''}/${from}`
}

function replaceValues(value: Json, names: ReadonlyMap<string, Rename>, used: Set<Rename>): Json {
  if (typeof value === 'string') {
    const rename = names.get(value)
    if (rename) used.add(rename)
    return rename?.to ?? value
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => replaceValues(item, names, used))
    return items.every((item, i) => item === value[i]) ? value : items
  }
  return isJsonObject(value) ? replaceMembers(value, names, used) : value
}

function replaceMembers(value: JsonObject, names: ReadonlyMap<string, Rename>, used: Set<Rename>): JsonObject {
  const changed = new Map<string, Json>()
  for (const [name, old] of Object.entries(value)) {
    const now = old === undefined ? old : replaceValues(old, names, used)
    if (now !== undefined && now !== old) changed.set(name, now)
  }
  if (changed.size === 0) return value
  return Object.fromEntries(Object.entries(value).map(([name, old]) => [name, changed.get(name) ?? old]))
}

function without(manifests: readonly Manifest[], others: readonly Manifest[]): Manifest[] {
  const ids = new Set(others.map((other) => resourceId(other.key)))
  return manifests.filter((manifest) => !ids.has(resourceId(manifest.key)))
}

function byStem(manifests: readonly Manifest[]): Map<string, Manifest[]> {
  const generated = manifests.filter((manifest) => generatedStem(manifest.key) !== undefined)
  return Map.groupBy(generated, ({ key }) => resourceId({ ...key, name: generatedStem(key) as string }))
}
