import type { LiveObject, ObjectList, ResourceKind, Selection } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import { apiVersion } from '../../model/resource-key.ts'
import type { ApiClient } from './api-client.ts'
import { type ApiResource, collectionPath } from './api-path.ts'

export interface ListRequest {
  readonly resource: ApiResource
  readonly kind: ResourceKind
  readonly selection: Selection
  readonly pageSize: number
}

/** Takes a list page by page, so that no more than one page is held. */
export interface PageReader {
  /** Before the first page, and again when everything is told once more from the start. */
  begin(): void
  page(items: readonly LiveObject[]): void
}

/** All pages of one snapshot. */
export async function listAll(api: ApiClient, request: ListRequest): Promise<ObjectList> {
  const items: LiveObject[] = []
  const begin = () => void items.splice(0)
  const page = (more: readonly LiveObject[]) => void items.push(...more)
  const resourceVersion = await readList(api, request, { begin, page })
  return { items, resourceVersion }
}

/**
 * Reads all pages of one snapshot and answers its version. When the snapshot expires between pages, everything is asked for again in one
 * piece.
 */
export async function readList(api: ApiClient, request: ListRequest, reader: PageReader): Promise<string> {
  try {
    return await readPages(api, request, String(request.pageSize), reader)
  } catch (error) {
    if (!(error instanceof ClusterError) || error.kind !== 'expired') throw error
    return readPages(api, request, undefined, reader)
  }
}

async function readPages(
  api: ApiClient,
  { resource, kind, selection: { labelSelector, namespace } }: ListRequest,
  limit: string | undefined,
  reader: PageReader,
): Promise<string> {
  reader.begin()
  for (let next: string | undefined; ; ) {
    const page = await api.call({
      verb: 'list',
      method: 'GET',
      path: collectionPath(resource, namespace),
      query: { labelSelector, limit, continue: next },
      subject: { label: `the list of ${resource.plural}`, secret: resource.plural === 'secrets' },
      repeatable: true,
    })
    reader.page(itemsOf(page, kind))
    const { resourceVersion, continue: token } = isJsonObject(page.metadata) ? page.metadata : {}
    if (!token) return String(resourceVersion ?? '')
    next = String(token)
  }
}

/** A list leaves `apiVersion` and `kind` out of its items. */
function itemsOf({ items }: JsonObject, kind: ResourceKind): LiveObject[] {
  const found = Array.isArray(items) ? (items as readonly Json[]) : []
  const type = { apiVersion: apiVersion({ ...kind, name: '' }), kind: kind.kind }
  return found.filter(isJsonObject).map((item) => ({ ...type, ...item }))
}
