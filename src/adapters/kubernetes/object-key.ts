import { ClusterError } from '../../model/cluster-error.ts'
import { isJsonObject, type JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'

/**
 * The key of a body. Throws a ClusterError (`invalid`) when it has no apiVersion, kind or name; for a create, `generateName` may stand
 * for the name, which is then empty.
 */
export function keyOf(body: JsonObject, nameField: 'name' | 'generateName' = 'name'): ResourceKey {
  const { apiVersion, kind } = body
  const metadata = isJsonObject(body.metadata) ? body.metadata : {}
  const named = metadata.name || metadata[nameField]
  if (!isText(apiVersion) || !isText(kind) || !isText(named)) throw incomplete()
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  const namespace = isText(metadata.namespace) ? { namespace: metadata.namespace } : {}
  return { group, version, kind, ...namespace, name: isText(metadata.name) ? metadata.name : '' }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function incomplete(): ClusterError {
  return new ClusterError({
    kind: 'invalid',
    status: 0,
    reason: 'BadRequest',
    message: 'An object without apiVersion, kind and metadata.name cannot be sent to a cluster.',
  })
}
