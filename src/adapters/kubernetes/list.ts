import type { LiveObject, ObjectList, ResourceKind, Selection } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import { apiVersion } from '../../model/resource-key.ts'
import type { ApiClient } from './api-client.ts'
import { type ApiResource, collectionPath } from './api-path.ts'

/** All pages of one snapshot. When the snapshot expires between pages, everything is asked for again in one piece. */
export async function listAll(
  api: ApiClient,
  resource: ApiResource,
  kind: ResourceKind,
  selection: Selection,
  pageSize: number,
): Promise<ObjectList> {
  try {
    return await readPages(api, resource, kind, selection, String(pageSize))
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'expired')
      return readPages(api, resource, kind, selection, undefined)
    throw error
  }
}

async function readPages(
  api: ApiClient,
  resource: ApiResource,
  kind: ResourceKind,
  { labelSelector, namespace }: Selection,
  limit: string | undefined,
): Promise<ObjectList> {
  const items: LiveObject[] = []
  for (let next: string | undefined; ; ) {
    const page = await api.call({
      verb: 'list',
      method: 'GET',
      path: collectionPath(resource, namespace),
      query: { labelSelector, limit, continue: next },
      subject: { label: `the list of ${resource.plural}`, secret: resource.plural === 'secrets' },
      repeatable: true,
    })
    items.push(...itemsOf(page, kind))
    const { resourceVersion, continue: token } = isJsonObject(page.metadata) ? page.metadata : {}
    if (!token) return { items, resourceVersion: String(resourceVersion ?? '') }
    next = String(token)
  }
}

/** A list leaves `apiVersion` and `kind` out of its items. */
function itemsOf({ items }: JsonObject, kind: ResourceKind): LiveObject[] {
  const found = Array.isArray(items) ? (items as readonly Json[]) : []
  const type = { apiVersion: apiVersion({ ...kind, name: '' }), kind: kind.kind }
  return found.filter(isJsonObject).map((item) => ({ ...type, ...item }))
}
