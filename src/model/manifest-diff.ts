import { crdSchemas } from './crd-lists.ts'
import { classifyFact, type FactClass } from './fact-class.ts'
import { diffFields, type FieldChange, type Verb } from './field-diff.ts'
import { printPath } from './field-path.ts'
import { type FollowedRename, followGenerated, type Rename, stableLabel } from './generated-names.ts'
import type { JsonObject } from './json.ts'
import { type ListSchema, schemaOfKind } from './list-schema.ts'
import type { Manifest } from './manifest.ts'
import { type ObjectPair, pairObjects } from './object-pairs.ts'
import { parseQuantity } from './quantity.ts'
import { type ResourceKey, resourceLabel } from './resource-key.ts'

/** One difference in words that reviewers use. Values are not masked yet. */
export interface Fact extends FieldChange {
  /** `Deployment/checkout`; of a rename's first fact the old name, because that object is deleted. */
  readonly object: string
  readonly namespace?: string
  /** `.spec.replicas`; empty for the whole object. */
  readonly path: string
  readonly class: FactClass
  /** What the values do not say by themselves, in a few words. */
  readonly note?: string
}

/** What happens to one object. */
export interface ObjectChange {
  readonly object: string
  readonly key: ResourceKey
  /** `changed` for a renamed object, too: the old one is deleted and a similar one created. */
  readonly verb: Verb
  readonly facts: readonly Fact[]
  /** Before, with the new names of generated objects already in it, so that only what people changed differs. */
  readonly before?: Manifest
  readonly after?: Manifest
  /** A generated object: its new name, and the objects that roll because they follow it. */
  readonly renamed?: FollowedRename
  /** Its key in the base, where it has another name or namespace there. */
  readonly renamedFrom?: ResourceKey
}

/**
 * What makes `after` of `before`, sorted by object. Objects are the same when kind, namespace and name are; a generated ConfigMap or
 * Secret also when only the hash in its name differs. What is nearly the same under another name is shown as renamed.
 */
export function diffManifests(before: readonly Manifest[], after: readonly Manifest[]): ObjectChange[] {
  const generated = followGenerated(before, after)
  const schemas = new Map([...crdSchemas(before), ...crdSchemas(after)])
  return pairObjects(generated.manifests, after).flatMap((pair) => {
    const { key } = (pair.after ?? pair.before) as Manifest
    return toObjectChange(pair, schemaOfKind(key, schemas), generated.renamed(key)) ?? []
  })
}

function toObjectChange(
  { before, after }: ObjectPair,
  schema: ListSchema,
  renamed: FollowedRename | undefined,
): ObjectChange | undefined {
  const key = ((after ?? before) as Manifest).key
  const changes = diffFields(before?.body, after?.body, schema)
  if (changes.length === 0 && renamed) changes.push(newName(renamed))
  if (changes.length === 0) return undefined
  const verb = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const object = verb === 'changed' ? stableLabel(key) : resourceLabel(key)
  const from = before && isElsewhere(before.key, key) ? before.key : undefined
  const facts = changes.map((change) => toFact(change, object, key, before?.body))
  return {
    object,
    key,
    verb,
    facts: from ? withDeletion(facts, from) : facts,
    ...(before && { before }),
    ...(after && { after }),
    ...(renamed && { renamed }),
    ...(from && { renamedFrom: from }),
  }
}

function isElsewhere(old: ResourceKey, now: ResourceKey): boolean {
  return old.name !== now.name || old.namespace !== now.namespace
}

/** The fact that gives an object its new name or namespace comes first and is the deletion of the old one. */
function withDeletion(facts: readonly Fact[], { kind, namespace, name }: ResourceKey): Fact[] {
  const moves = (fact: Fact) => fact.path === '.metadata.name' || fact.path === '.metadata.namespace'
  const [first, ...others] = facts.filter(moves)
  if (!first) return [...facts]
  const { namespace: _, ...fact } = first
  const deletion: Fact = {
    ...fact,
    object: `${kind}/${name}`,
    ...(namespace !== undefined && { namespace }),
    class: 'delete',
  }
  return [deletion, ...others, ...facts.filter((fact) => !moves(fact))]
}

/** Where a generated object's content is the same, its name is all there is to tell. */
function newName({ from, to }: Rename): FieldChange {
  return { steps: ['metadata', 'name'], verb: 'changed', before: from, after: to }
}

function toFact(change: FieldChange, object: string, key: ResourceKey, body: JsonObject | undefined): Fact {
  return {
    object,
    ...(key.namespace !== undefined && { namespace: key.namespace }),
    path: printPath(change.steps),
    class: classifyFact(key, change, body),
    ...(isSameAmount(change) && { note: 'the same amount' }),
    ...change,
  }
}

/** `1` and `1000m`. */
function isSameAmount({ steps, before, after }: FieldChange): boolean {
  if (typeof before === 'object' || typeof after === 'object' || !AMOUNTS.has(String(steps.at(-2)))) return false
  const amount = parseQuantity(before)
  return amount !== undefined && amount === parseQuantity(after)
}

const AMOUNTS = new Set(['limits', 'requests', 'capacity', 'hard', 'podFixed'])
