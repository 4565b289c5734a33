import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'

const TOOLING = 'lockstep/v1'

/**
 * Annotations of an ApplySet's parent (KEP-3659). `kubectl` and other tools see by them whose it is, and find the members without
 * asking for every kind there is.
 */
export function applySetHints(keys: Iterable<ResourceKey>, parentNamespace: string): JsonObject {
  const kinds = new Set<string>()
  const namespaces = new Set<string>()
  for (const { group, kind, namespace } of keys) {
    kinds.add(group ? `${kind}.${group}` : kind)
    if (namespace && namespace !== parentNamespace) namespaces.add(namespace)
  }
  return {
    'applyset.kubernetes.io/tooling': TOOLING,
    'applyset.kubernetes.io/contains-group-kinds': [...kinds].sort().join(','),
    'applyset.kubernetes.io/additional-namespaces': [...namespaces].sort().join(','),
  }
}
