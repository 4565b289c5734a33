import { ClusterError } from '../../model/cluster-error.ts'
import type { ResourceKey } from '../../model/resource-key.ts'

/** Where a kind lives on the server. */
export interface ApiResource {
  /** `/api/v1` or `/apis/<group>/<version>`. */
  readonly root: string
  /** Plural, e.g. `deployments`. */
  readonly plural: string
  readonly namespaced: boolean
}

/** `/api/v1` for the core group, else `/apis/apps/v1`. */
export function apiRoot({ group, version }: Pick<ResourceKey, 'group' | 'version'>): string {
  return group ? `/apis/${segment(group)}/${segment(version)}` : `/api/${segment(version)}`
}

/** Path of all objects of a kind, in one namespace or (none given) in all. */
export function collectionPath(resource: ApiResource, namespace: string | undefined): string {
  const place = resource.namespaced && namespace ? `/namespaces/${segment(namespace)}` : ''
  return `${resource.root}${place}/${resource.plural}`
}

export function objectPath(resource: ApiResource, namespace: string, name: string, subresource?: string): string {
  const path = `${collectionPath(resource, namespace)}/${segment(name)}`
  return subresource ? `${path}/${segment(subresource)}` : path
}

/** Names come from manifests: none may reach another path than its own. */
function segment(text: string): string {
  if (text && text !== '.' && text !== '..' && !/[/%]/.test(text)) return encodeURIComponent(text)
  throw new ClusterError({
    kind: 'invalid',
    status: 0,
    reason: 'BadRequest',
    message: `${JSON.stringify(text)} cannot be part of an object's address: it is empty, a dot path, or holds "/" or "%".`,
  })
}
