import type { Problem } from '../../model/errors.ts'
import { type JsonObject, printJson } from '../../model/json.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import { OVERSIZE_ANNOTATION } from '../labels.ts'
import { objectAt } from '../live/live-object.ts'

/** What etcd takes in one request by default (`--max-request-bytes`), in bytes: an object with its key three times. No dry run reaches it. */
export const REQUEST_LIMIT = 1_572_864
/** Of a request, besides keys and the object. Measured. */
const ENVELOPE = 50
const KEYS = 3

/** Groups of the API server itself: stored as protobuf, in fewer bytes than their JSON has. Definitions are not among them. */
const COMPACT = new Set([
  '',
  'admissionregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
])

/** True for custom resources and their definitions. */
export function isStoredAsJson({ group }: Pick<ResourceKey, 'group'>): boolean {
  return !COMPACT.has(group)
}

/** Bytes of the request that stores `object`: exact for one the API server answered (managedFields and all), else at least so many. */
export function requestBytes(key: ResourceKey, object: JsonObject): number {
  const { resourceVersion: _, ...metadata } = objectAt(object, 'metadata') ?? {}
  const text = printJson({ ...object, metadata })
  return Buffer.byteLength(text) + escapedBytes(text) + 1 + KEYS * storageKey(key).length + ENVELOPE
}

/** The API server prints these as `\u003c`, which JavaScript does not. */
function escapedBytes(text: string): number {
  return [...text.matchAll(/[<>&\u2028\u2029]/g)].reduce((sum, [char]) => sum + 6 - Buffer.byteLength(char), 0)
}

/** As the API server names it there; the plural is a guess, a letter or two off at most. */
function storageKey({ group, kind, namespace, name }: ResourceKey): string {
  return ['/registry', group, `${kind}s`, ...(namespace ? [namespace] : []), name].join('/')
}

export function oversizeProblem(key: ResourceKey, bytes: number): Problem {
  const object = resourceLabel(key)
  return {
    code: 'OBJECT_TOO_LARGE',
    message: `${object} takes ${bytes} bytes to store, and a cluster takes ${REQUEST_LIMIT} at most in one request (1.5 MiB, as etcd comes).`,
    object,
    remedy: `${SPLIT} Where this cluster's etcd takes more, annotate it with ${OVERSIZE_ANNOTATION}: allowed.`,
  }
}

export const SPLIT = 'Split the object, or keep what is bulky of it out of the cluster.'
