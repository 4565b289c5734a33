import { isJsonObject, type Json, printJson } from './json.ts'
import type { Manifest } from './manifest.ts'
import { resourceId } from './resource-key.ts'

/** At least this part of what both hold together must be common to both. */
const ALIKE = 0.7
/** Objects with less in them than this say too little: their names must be alike as well. */
const TELLING_LINES = 4
const ALIKE_NAMES = 0.5
/** Objects gone times objects come; beyond it nobody reads renames. */
const MOST_COMPARISONS = 2_500
/** Lines looked at of one object. */
const MOST_LINES = 2_000

interface Lookalike {
  readonly before: Manifest
  readonly after: Manifest
}

/**
 * What is gone and what came under another name or in another namespace, with nearly the same content: each object once, the most
 * alike first. The objects' own names do not count as content.
 */
export function findLookalikes(gone: readonly Manifest[], come: readonly Manifest[]): Lookalike[] {
  const old = inOrder(gone).map(toContent)
  const now = inOrder(come).map(toContent)
  const moved = sameName(old, now)
  const taken = new Set(moved.flatMap(({ a, b }) => [a, b]))
  const rest = (contents: readonly Content[]) => contents.filter((content) => !taken.has(content))
  const kinds = Map.groupBy(rest(now), kindOf)
  let left = MOST_COMPARISONS
  const renamed = [...Map.groupBy(rest(old), kindOf)].flatMap(([kind, members]) => {
    const others = kinds.get(kind) ?? []
    left -= members.length * others.length
    return left < 0 ? [] : closestPairs(members, others)
  })
  return [...moved, ...renamed].map(({ a, b }) => ({ before: a.manifest, after: b.manifest }))
}

/** Where several are equally alike, names decide, not the order of the render. */
function inOrder(manifests: readonly Manifest[]): Manifest[] {
  return manifests
    .map((manifest) => ({ manifest, id: resourceId(manifest.key) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ manifest }) => manifest)
}

/** The usual move, of many objects at once: the same name in another namespace. */
function sameName(old: readonly Content[], now: readonly Content[]): Pair[] {
  const byName = Map.groupBy(now, (content) => `${kindOf(content)}/${content.manifest.key.name}`)
  return [...Map.groupBy(old, (content) => `${kindOf(content)}/${content.manifest.key.name}`)].flatMap(
    ([id, [a, more]]) => {
      const [b, rival] = byName.get(id) ?? []
      return a && b && !more && !rival && likeness(a, b) > 0 ? [{ a, b }] : []
    },
  )
}

function kindOf({ manifest: { key } }: Content): string {
  return `${key.group}/${key.kind}`
}

interface Content {
  readonly manifest: Manifest
  readonly lines: ReadonlySet<string>
}

interface Pair {
  readonly a: Content
  readonly b: Content
}

function closestPairs(old: readonly Content[], now: readonly Content[]): Pair[] {
  const scored = old.flatMap((a) => now.map((b) => ({ a, b, score: likeness(a, b) }))).filter(({ score }) => score > 0)
  const taken = new Set<Content>()
  return scored
    .sort((one, other) => other.score - one.score)
    .flatMap(({ a, b }) => {
      if (taken.has(a) || taken.has(b)) return []
      taken.add(a).add(b)
      return [{ a, b }]
    })
}

/** 0 where they are different objects; names only decide between equal contents. */
function likeness(a: Content, b: Content): number {
  const content = common(a.lines, b.lines)
  const names = nameLikeness(a.manifest.key.name, b.manifest.key.name)
  const telling = Math.min(a.lines.size, b.lines.size) >= TELLING_LINES || names >= ALIKE_NAMES
  return content >= ALIKE && telling ? content + names / 100 : 0
}

function common(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [few, many] = a.size < b.size ? [a, b] : [b, a]
  if (few.size < many.size * ALIKE) return 0
  let shared = 0
  for (const line of few) if (many.has(line)) shared += 1
  const all = few.size + many.size - shared
  return all === 0 ? 1 : shared / all
}

/** How much of the longer name is common to their beginnings and ends. */
function nameLikeness(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a[start] === b[start]) start += 1
  let end = 0
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1
  return (start + end) / Math.max(a.length, b.length)
}

/** Each value with its path, but for the object's own name and namespace. */
function toContent(manifest: Manifest): Content {
  const { name, namespace } = manifest.key
  const lines = new Set<string>()
  const add = (path: string, value: Json) => {
    if (lines.size >= MOST_LINES || path === '/metadata/name' || path === '/metadata/namespace') return
    if (Array.isArray(value)) for (const item of value) add(`${path}/-`, item)
    else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) add(`${path}/${key}`, item ?? null)
    else lines.add(`${path}=${withoutName(printJson(value), name, namespace)}`)
  }
  add('', manifest.body)
  lines.delete(`/kind=${printJson(manifest.key.kind)}`)
  lines.delete(`/apiVersion=${printJson(manifest.body.apiVersion)}`)
  return { manifest, lines }
}

function withoutName(text: string, name: string, namespace: string | undefined): string {
  const anonymous = text.replaceAll(name, '\0')
  return namespace === undefined ? anonymous : anonymous.replaceAll(namespace, '\x01')
}
