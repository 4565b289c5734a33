import { createHmac, randomBytes } from 'node:crypto'
import type { LiveObject } from '../../model/cluster.ts'
import { isSecret } from '../../model/mask-secrets.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { type Contest, contestOf } from '../apply/autoscaler.ts'
import type { FieldPlace } from '../drift/ignore-rules.ts'
import { peoplesAdditions } from '../fields/additions.ts'
import { ownersOf, ownFieldsHash } from '../fields/own-fields.ts'
import { isPerson } from '../fields/people.ts'
import { objectHealth } from '../health/health.ts'
import type { HealthVerdict } from '../health/verdict.ts'
import { PRUNE_ANNOTATION, TARGET_LABEL } from '../labels.ts'
import { isDisabled } from './disabled.ts'
import { interned } from './interned.ts'
import { annotationOf, keyOf, labelOf, listAt, objectAt, objectsAt, textAt, uidOf } from './live-object.ts'

/** What a pass has to know of a live object, without its body: thousands are kept. */
export interface LiveRecord extends Contest {
  readonly key: ResourceKey
  readonly uid: string
  /** `metadata.resourceVersion`. */
  readonly version: string
  /** Value of our label: whose it is. */
  readonly label: string | undefined
  /** `ownFieldsHash`. */
  readonly ownHash: string
  /** What people added to it: absent where there is nothing. */
  readonly additions?: readonly FieldPlace[]
  /** Our annotation asks for it to be left alone. */
  readonly disabled?: boolean
  /** Our annotation about pruning it. */
  readonly prune: string | undefined
  /** We own fields of it by an apply: a label alone may have been copied from one of our objects. */
  readonly applied: boolean
  /** `ReplicaSet/web-1`: the object that made it, by its first ownerReference. */
  readonly owner?: string
  /** Its deletion has begun. `since` is ISO 8601; it goes once the finalizers are gone. */
  readonly deletion?: { readonly since: string; readonly finalizers: readonly string[] }
  readonly health: HealthVerdict
  /** For Secrets, by key of `data`: `hashValue` of what stands there. */
  readonly values?: ReadonlyMap<string, string>
}

/** `people`: field managers that count as people, besides those known to be. */
export function toLiveRecord(object: LiveObject, people: readonly string[] = []): LiveRecord {
  return {
    key: internedKey(keyOf(object)),
    uid: uidOf(object) ?? '',
    version: textAt(object, 'metadata', 'resourceVersion') ?? '',
    label: optional(labelOf(object, TARGET_LABEL)),
    ownHash: ownFieldsHash(object),
    ...added(object, people),
    ...contestOf(object),
    ...(isDisabled(object) && { disabled: true }),
    prune: optional(annotationOf(object, PRUNE_ANNOTATION)),
    applied: ownersOf(object).some(({ ours }) => ours),
    ...ownerOf(object),
    ...deletionOf(object),
    health: objectHealth(object),
    ...(isSecret(object) && { values: hashedValues(object) }),
  }
}

/** Names aside, thousands of keys say the same. */
function internedKey({ group, version, kind, namespace, name }: ResourceKey): ResourceKey {
  const type = { group: interned(group), version: interned(version), kind: interned(kind) }
  return namespace === undefined ? { ...type, name } : { ...type, namespace: interned(namespace), name }
}

function optional(text: string | undefined): string | undefined {
  return text === undefined ? undefined : interned(text)
}

/** What was applied, or what people added, is not what it was. */
export function isRewritten(before: LiveRecord, after: LiveRecord): boolean {
  if (before.uid !== after.uid || before.ownHash !== after.ownHash) return true
  return JSON.stringify(before.additions) !== JSON.stringify(after.additions)
}

function added(object: LiveObject, people: readonly string[]): Pick<LiveRecord, 'additions'> {
  const additions = peoplesAdditions(object, (manager) => isPerson(manager, people))
  return additions.length > 0 ? { additions: additions.map(({ pointer, manager }) => ({ pointer, manager })) } : {}
}

function ownerOf(object: LiveObject): Pick<LiveRecord, 'owner'> {
  const [owner] = objectsAt(object, 'metadata', 'ownerReferences')
  return owner ? { owner: `${textAt(owner, 'kind')}/${textAt(owner, 'name')}` } : {}
}

function deletionOf(object: LiveObject): Pick<LiveRecord, 'deletion'> {
  const since = textAt(object, 'metadata', 'deletionTimestamp')
  const named = [...listAt(object, 'metadata', 'finalizers'), ...listAt(object, 'spec', 'finalizers')]
  return since ? { deletion: { since, finalizers: named.map(String) } } : {}
}

/** By key of `data`. */
export function hashedValues(secret: LiveObject): ReadonlyMap<string, string> {
  const values = Object.entries(objectAt(secret, 'data') ?? {})
  return new Map(values.map(([key, value]) => [key, hashValue(String(value ?? ''))]))
}

/** Of this process alone: what is kept of a Secret's value tells nobody else anything. */
const KEY = randomBytes(32)

/** Of the decoded bytes: base64 may be wrapped over lines. */
function hashValue(base64: string): string {
  return createHmac('sha256', KEY).update(Buffer.from(base64, 'base64')).digest('base64url')
}
