import type { JsonObject } from '../../model/json.ts'
import { type FieldSet, only, partOf, unionOf, without } from '../fields/field-set.ts'
import { fieldsOf, isOurs } from '../fields/own-entry.ts'
import { FIELD_MANAGER, TARGET_LABEL } from '../labels.ts'
import { annotationOf, objectsAt, textAt, valueAt } from '../live/live-object.ts'
import type { Claim } from './claim.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** The server's name for whoever wrote an object before fields had owners: everything, defaults and controllers' fields included. */
const EVERYBODY = 'before-first-apply'
const REPLICAS = ['f:spec', 'f:replicas']
const LABELS = ['f:metadata', 'f:labels']
const ANNOTATIONS = ['f:metadata', 'f:annotations']

/**
 * What makes an object that earlier tools applied ours: their fields become our earlier apply's, so that the next one takes out what
 * Git lacks, as their own next apply would have. undefined when no such tool was here. Not moved, but given up: fields of another
 * apiVersion, finalizers and owners, status, and `spec.replicas` where Git leaves it open (it would fall to 1). What was written through
 * a subresource stays as it is.
 */
export function migration(
  live: JsonObject,
  desired: JsonObject,
  isEarlier: (manager: string) => boolean,
): Claim | undefined {
  const entries = objectsAt(live, 'metadata', 'managedFields')
  const earlier = entries.filter((entry) => !entry.subresource && isEarlier(textAt(entry, 'manager') ?? ''))
  const noted = annotationOf(live, LAST_APPLIED) !== undefined
  if (earlier.length === 0 && entries.length > 0 && !noted) return undefined
  return {
    resourceVersion: textAt(live, 'metadata', 'resourceVersion') ?? '',
    managedFields: entries.length > 0 ? migrated(entries, earlier, desired) : [firstEntry(desired)],
    ...(noted && { annotations: { [LAST_APPLIED]: null } }),
  }
}

function migrated(entries: readonly JsonObject[], earlier: readonly JsonObject[], desired: JsonObject): JsonObject[] {
  const ours = entries.find(isOurs)
  const rest = entries.filter((entry) => entry !== ours && !earlier.includes(entry))
  const version = ours?.apiVersion ?? versionOf(earlier, desired)
  const moved = earlier.filter((entry) => entry.manager !== EVERYBODY && entry.apiVersion === version)
  const fields = moved.reduce((all, entry) => unionOf(all, movable(fieldsOf(entry), desired)), fieldsOf(ours))
  return Object.keys(fields).length > 0 ? [ourEntry(version, fields), ...rest] : rest
}

/** Git's version where a tool used it too, else the one used last: field sets of two versions cannot be put together. */
function versionOf(earlier: readonly JsonObject[], desired: JsonObject): JsonObject['apiVersion'] {
  if (earlier.some(({ apiVersion }) => apiVersion === desired.apiVersion)) return desired.apiVersion
  const byTime = earlier.toSorted((a, b) => String(a.time ?? '').localeCompare(String(b.time ?? '')))
  return byTime.at(-1)?.apiVersion ?? desired.apiVersion
}

function movable(fields: FieldSet, desired: JsonObject): FieldSet {
  const open = valueAt(desired, 'spec', 'replicas') === undefined
  const rest = without(fields, [['f:metadata'], ['f:status'], ...(open ? [REPLICAS] : [])])
  return unionOf(
    rest,
    only(
      fields,
      [LABELS, ANNOTATIONS].filter((path) => has(fields, path)),
    ),
  )
}

function has(fields: FieldSet, [name, ...rest]: readonly string[]): boolean {
  return name === undefined || (name in fields && has(partOf(fields, name), rest))
}

/** An object without owners gets `before-first-apply` as the owner of everything at its first apply, unless there is one already. */
function firstEntry(desired: JsonObject): JsonObject {
  return ourEntry(desired.apiVersion, { 'f:metadata': { 'f:labels': { [`f:${TARGET_LABEL}`]: {} } } })
}

function ourEntry(apiVersion: JsonObject['apiVersion'], fieldsV1: FieldSet): JsonObject {
  return { manager: FIELD_MANAGER, operation: 'Apply', apiVersion, fieldsType: 'FieldsV1', fieldsV1 }
}

/** Gives `spec.replicas` up without a change of its value: for an autoscaler that takes over what Git set until now. undefined: it is not ours. */
export function replicasGivenUp(live: JsonObject): Claim | undefined {
  const entries = objectsAt(live, 'metadata', 'managedFields')
  const ours = entries.find(isOurs)
  if (!ours || !has(fieldsOf(ours), REPLICAS)) return undefined
  const left = { ...ours, fieldsV1: without(fieldsOf(ours), [REPLICAS]) }
  return {
    resourceVersion: textAt(live, 'metadata', 'resourceVersion') ?? '',
    managedFields: entries.map((entry) => (entry === ours ? left : entry)),
  }
}
