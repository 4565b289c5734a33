import type { LiveObject, ObjectIdentity } from './cluster.ts'
import { isJsonObject, type Json } from './json.ts'

/** Which object this is, and which version of it; texts that are not there are empty. */
export function identityOf({ metadata }: LiveObject): ObjectIdentity {
  const { namespace, name, uid, resourceVersion } = isJsonObject(metadata) ? metadata : {}
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : '')
  return { namespace: text(namespace) || undefined, name: text(name), uid: text(uid), version: text(resourceVersion) }
}
