import { createHash } from 'node:crypto'
import { canonicalJson, isJsonObject, type Json } from '../model/json.ts'
import type { Overlay } from '../model/target.ts'
import type { MaskedChange, MaskedFact } from './mask-changes.ts'
import type { OverlayPreview } from './overlay-preview.ts'

/** The same change in several overlays, read once. */
export interface ChangeGroup {
  /** SHA-256 (hex) of the change with the overlay's own names taken out. */
  readonly digest: string
  readonly overlays: readonly Overlay[]
  /** As it stands in the first of them. */
  readonly changes: readonly MaskedChange[]
}

/** Overlays whose changes are equal but for the names of application, environment, cluster and namespaces. Largest first. */
export function groupChanges(overlays: readonly OverlayPreview[]): ChangeGroup[] {
  const changed = overlays.filter((preview) => preview.changes.length > 0)
  const groups = [...Map.groupBy(changed, changeDigest)].map(([digest, members]) => ({
    digest,
    overlays: members.map((member) => member.overlay),
    changes: members[0]?.changes ?? [],
  }))
  return groups.sort((a, b) => b.overlays.length - a.overlays.length)
}

function changeDigest({ overlay, changes }: OverlayPreview): string {
  const normalise = placeholders(overlay, changes)
  const facts = changes.flatMap((change) => change.facts.map((fact) => normaliseFact(fact, normalise)))
  const followers = changes.map((change) => change.followers.map(normalise))
  return createHash('sha256')
    .update(canonicalJson([facts, followers]))
    .digest('hex')
}

function normaliseFact(fact: MaskedFact, normalise: (text: string) => string): Json {
  const { object, namespace = '', path, verb } = fact
  const values = [fact.before ?? null, fact.after ?? null].map((value) => normaliseValue(value, normalise))
  return [normalise(object.replace(HASH, '-{hash}')), normalise(namespace), normalise(path), verb, ...values]
}

const HASH = /-[2456789bcdfghkmt]{10}$/

function normaliseValue(value: Json, normalise: (text: string) => string): Json {
  if (typeof value === 'string') return normalise(value)
  if (Array.isArray(value)) return value.map((item) => normaliseValue(item, normalise))
  if (!isJsonObject(value)) return value
  const members = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(members.map(([name, item]) => [normalise(name), normaliseValue(item as Json, normalise)]))
}

/** Names that differ from overlay to overlay by their nature, where they stand as whole words. */
function placeholders(overlay: Overlay, changes: readonly MaskedChange[]): (text: string) => string {
  const namespaces = [...new Set(changes.flatMap((change) => change.namespace ?? []))].sort()
  const names = new Map<string, string>([
    ...namespaces.map((namespace, i): [string, string] => [namespace, `{namespace${i}}`]),
    ...(overlay.cluster ? [[overlay.cluster, '{cluster}'] as const] : []),
    [overlay.environment, '{environment}'],
    [overlay.application, '{application}'],
  ])
  const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length)
  const any = longestFirst.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')
  const word = new RegExp(`(?<![A-Za-z0-9])(?:${any})(?![A-Za-z0-9])`, 'g')
  return (text) => text.replace(word, (name) => names.get(name) ?? name)
}
