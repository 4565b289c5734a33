import type { ApplyOptions, CreateOptions, DeleteOptions, PatchOptions } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ApiRequest } from './api-client.ts'

/** What one write sends; whom it is about is added where it is sent. */
export type WriteRequest = Omit<ApiRequest, 'subject'>

/** The server falls back to the whole object where it does not know this form. */
const METADATA_ALONE = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json'

/** Server-side apply. */
export function applyRequest(path: string, body: JsonObject, options: ApplyOptions): WriteRequest {
  const { fieldManager, force = false, dryRun, fieldValidation = 'Strict', answer, timeLeftMs } = options
  return {
    verb: dryRun ? 'dryRun' : 'patch',
    method: 'PATCH',
    path,
    query: { fieldManager, force: String(force), fieldValidation, dryRun: dryRunQuery(dryRun) },
    contentType: 'application/apply-patch+yaml',
    ...(dryRun && answer === 'metadata' && { accept: METADATA_ALONE }),
    body,
    repeatable: true,
    timeLeftMs,
  }
}

/** A JSON merge patch. */
export function patchRequest(path: string, body: JsonObject, options: PatchOptions): WriteRequest {
  const { fieldManager, dryRun, timeLeftMs } = options
  return {
    verb: dryRun ? 'dryRun' : 'patch',
    method: 'PATCH',
    path,
    query: { fieldManager, dryRun: dryRunQuery(dryRun) },
    contentType: 'application/merge-patch+json',
    body,
    repeatable: true,
    timeLeftMs,
  }
}

/** `path`: the collection's. A second try could meet what the first one made. */
export function createRequest(path: string, body: JsonObject, options: CreateOptions): WriteRequest {
  const { fieldManager, dryRun, timeLeftMs } = options
  return {
    verb: dryRun ? 'dryRun' : 'create',
    method: 'POST',
    path,
    query: { fieldManager, dryRun: dryRunQuery(dryRun) },
    body,
    repeatable: dryRun === true,
    timeLeftMs,
  }
}

/** All options are in the body: the server ignores the query of a DELETE that has one, dryRun included. */
export function deleteRequest(path: string, options: DeleteOptions): WriteRequest {
  const { uid, resourceVersion, dryRun, propagation = 'Background', timeLeftMs } = options
  return {
    verb: dryRun ? 'dryRun' : 'delete',
    method: 'DELETE',
    path,
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      dryRun: dryRun ? ['All'] : undefined,
      propagationPolicy: propagation,
      preconditions: { uid, resourceVersion },
    },
    // Without a uid, a second try could delete what somebody made in between.
    repeatable: dryRun === true || uid !== undefined,
    timeLeftMs,
  }
}

function dryRunQuery(dryRun: boolean | undefined): string | undefined {
  return dryRun ? 'All' : undefined
}
