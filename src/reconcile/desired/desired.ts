import type { Json, JsonObject } from '../../model/json.ts'
import type { Manifest } from '../../model/manifest.ts'
import { isSecret, maskSecret } from '../../model/mask-secrets.ts'
import { objectHash } from '../../model/object-hash.ts'
import { type ResourceKey, resourceId } from '../../model/resource-key.ts'
import { hexHash } from '../fields/own-fields.ts'
import { PART_OF_LABEL, TARGET_LABEL } from '../labels.ts'
import { isDisabled } from '../live/disabled.ts'
import { objectAt } from '../live/live-object.ts'
import { hashedValues, type LiveRecord } from '../live/live-record.ts'

/** An object as it is sent to the API server. */
export interface DesiredObject {
  readonly id: string
  readonly key: ResourceKey
  readonly body: JsonObject
  /** Of what the body is made from; values of Secrets do not go in. */
  readonly renderHash: string
  /** For Secrets: `hashedValues` of the body. */
  readonly values?: ReadonlyMap<string, string>
  /** Our annotation asks for it to be left alone. */
  readonly disabled?: boolean
  /** A Job that Kubernetes removes once it has finished: that it is gone is no drift. */
  readonly fleeting?: true
}

/** The labels that say whose an object is. */
export interface Ownership {
  readonly target: string
  readonly applySet: string
}

export function toDesired(manifest: Manifest, ownership: Ownership): DesiredObject {
  const body = bodyOf(manifest, ownership)
  const { key } = manifest
  return {
    id: resourceId(key),
    key,
    body,
    renderHash: renderHashOf(manifest, ownership),
    ...(isSecret(body) && { values: hashedValues(body) }),
    ...(isDisabled(body) && { disabled: true }),
    ...(isFleeting(body) && { fleeting: true }),
  }
}

/** The render was hashed object by object already, and our labels are the same everywhere. */
function renderHashOf({ body }: Manifest, { target, applySet }: Ownership): string {
  return hexHash([objectHash(isSecret(body) ? maskSecret(body) : body), target, applySet].join('\n'))
}

function isFleeting(body: JsonObject): boolean {
  return body.kind === 'Job' && objectAt(body, 'spec')?.ttlSecondsAfterFinished !== undefined
}

/** A rendered manifest with our labels, without what only the server may say; `stringData` of Secrets becomes `data`. */
export function bodyOf(manifest: Manifest, ownership: Ownership): JsonObject {
  const { status: _, ...rest } = manifest.body
  return withData({ ...rest, metadata: metadataFor(manifest.body, ownership) })
}

/** What the server says about an object, and what `kubectl apply` notes of one: exported manifests bring it along. */
const SERVERS = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generateName',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
])
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

function metadataFor(body: JsonObject, ownership: Ownership): JsonObject {
  const metadata: Record<string, Json | undefined> = { ...objectAt(body, 'metadata') }
  for (const name of SERVERS) delete metadata[name]
  const { [LAST_APPLIED]: noted, ...annotations } = objectAt(metadata, 'annotations') ?? {}
  if (noted !== undefined) metadata.annotations = annotations
  metadata.labels = {
    ...objectAt(metadata, 'labels'),
    [TARGET_LABEL]: ownership.target,
    [PART_OF_LABEL]: ownership.applySet,
  }
  return metadata
}

function withData(body: JsonObject): JsonObject {
  if (!isSecret(body) || !body.stringData) return body
  const { stringData: _, ...rest } = body
  const plain = Object.entries(objectAt(body, 'stringData') ?? {})
  const encoded = plain.map(([key, value]): [string, Json] => [
    key,
    Buffer.from(String(value ?? '')).toString('base64'),
  ])
  return { ...rest, data: { ...objectAt(body, 'data'), ...Object.fromEntries(encoded) } }
}

/** True when a Secret's desired values are not those of `live`. */
export function secretValuesDiffer({ values }: DesiredObject, live: LiveRecord): boolean {
  return values !== undefined && [...values].some(([key, hash]) => live.values?.get(key) !== hash)
}
