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
  return renames.filter((rename) => renames.filter((other) => isSameName(rename, other)).length === 1)
}

/** A ConfigMap and a Secret of one name: which of them a reference means is not known. */
function isSameName(a: Rename, b: Rename): boolean {
  return a.from === b.from && a.namespace === b.namespace
}

/** The manifest with the new names wherever an old one stands as a whole value. The same object when nothing changes. */
export function followRenames(manifest: Manifest, renames: readonly Rename[]): Manifest {
  const names = new Map(
    renames.filter((rename) => rename.namespace === manifest.key.namespace).map((rename) => [rename.from, rename.to]),
  )
  const body = names.size === 0 ? manifest.body : (replaceValues(manifest.body, names) as JsonObject)
  if (body === manifest.body) return manifest
  const own = renames.find((rename) => rename.kind === manifest.key.kind && rename.from === manifest.key.name)
  return { key: own ? { ...manifest.key, name: own.to } : manifest.key, body }
}

/** `ConfigMap/settings` for a generated `settings-7h2m…`: the same in every environment. */
export function stableLabel(key: ResourceKey): string {
  return resourceLabel({ ...key, name: generatedStem(key) ?? key.name })
}

function replaceValues(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) {
    const items = value.map((item) => replaceValues(item, names))
    return items.every((item, i) => item === value[i]) ? value : items
  }
  if (!isJsonObject(value)) return value
  const members = Object.entries(value).map(([name, old]) => [
    name,
    old === undefined ? old : replaceValues(old, names),
  ])
  return members.every(([name, now]) => now === value[name as string]) ? value : Object.fromEntries(members)
}

function without(manifests: readonly Manifest[], others: readonly Manifest[]): Manifest[] {
  const ids = new Set(others.map((other) => resourceId(other.key)))
  return manifests.filter((manifest) => !ids.has(resourceId(manifest.key)))
}

function byStem(manifests: readonly Manifest[]): Map<string, Manifest[]> {
  const generated = manifests.filter((manifest) => generatedStem(manifest.key) !== undefined)
  return Map.groupBy(generated, ({ key }) => resourceId({ ...key, name: generatedStem(key) as string }))
}
