import { classifyFact, type FactClass } from './fact-class.ts'
import { diffFields, type FieldChange, type Verb } from './field-diff.ts'
import { printPath } from './field-path.ts'
import { findRenames, followRenames, type Rename, stableLabel } from './generated-names.ts'
import type { Manifest } from './manifest.ts'
import { type ResourceKey, resourceId, resourceLabel } from './resource-key.ts'

/** One difference in words that reviewers use. Values are not masked yet. */
export interface Fact extends FieldChange {
  /** `Deployment/checkout`. */
  readonly object: string
  readonly namespace?: string
  /** `.spec.replicas`; empty for the whole object. */
  readonly path: string
  readonly class: FactClass
}

/** What happens to one object. */
export interface ObjectChange {
  readonly object: string
  readonly key: ResourceKey
  readonly verb: Verb
  readonly facts: readonly Fact[]
  /** Before, with the new names of generated objects already in it, so that only what people changed differs. */
  readonly before?: Manifest
  readonly after?: Manifest
  /** A generated object: its new name, and the objects that changed only by following it and roll because of it. */
  readonly renamed?: Rename & { readonly followers: readonly string[] }
}

/**
 * What makes `after` of `before`, sorted by object. Objects are the same when group, kind, namespace and name are; a
 * generated ConfigMap or Secret also when only the hash in its name differs.
 */
export function diffManifests(before: readonly Manifest[], after: readonly Manifest[]): ObjectChange[] {
  const renames = findRenames(before, after)
  const renamed = before.map((manifest) => followRenames(manifest, renames))
  const old = byId(renamed)
  const now = byId(after)
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort()
  return ids.flatMap((id) => {
    const key = (now.get(id) ?? old.get(id))?.key as ResourceKey
    const rename = renames.find((candidate) => isRenameOf(candidate, key))
    const changes = diffFields(old.get(id)?.body, now.get(id)?.body)
    if (changes.length === 0 && rename) changes.push(newName(rename))
    if (changes.length === 0) return []
    const followed = rename && { renamed: { ...rename, followers: followersOf(rename, before) } }
    return [{ ...toObjectChange(key, changes, old.get(id), now.get(id)), ...followed }]
  })
}

function toObjectChange(
  key: ResourceKey,
  changes: readonly FieldChange[],
  before: Manifest | undefined,
  after: Manifest | undefined,
): ObjectChange {
  const verb = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const object = verb === 'changed' ? stableLabel(key) : resourceLabel(key)
  const facts = changes.map((change) => toFact(change, object, key))
  return { object, key, verb, facts, ...(before && { before }), ...(after && { after }) }
}

/** Where a generated object's content is the same, its name is all there is to tell. */
function newName({ from, to }: Rename): FieldChange {
  return { steps: ['metadata', 'name'], verb: 'changed', before: from, after: to }
}

function toFact(change: FieldChange, object: string, key: ResourceKey): Fact {
  return {
    object,
    ...(key.namespace !== undefined && { namespace: key.namespace }),
    path: printPath(change.steps),
    class: classifyFact(key, change.steps, change.verb),
    ...change,
  }
}

function isRenameOf(rename: Rename, key: ResourceKey): boolean {
  return rename.kind === key.kind && rename.to === key.name && rename.namespace === key.namespace
}

function followersOf(rename: Rename, before: readonly Manifest[]): string[] {
  return before
    .filter((manifest) => manifest.key.name !== rename.from && followRenames(manifest, [rename]) !== manifest)
    .map((manifest) => stableLabel(manifest.key))
    .sort()
}

function byId(manifests: readonly Manifest[]): Map<string, Manifest> {
  return new Map(manifests.map((manifest) => [resourceId(manifest.key), manifest]))
}
