import type { KindsConfig } from '../../config/repository-config.ts'
import type { ResourceKey } from '../../model/resource-key.ts'

export type Scope = 'namespaced' | 'cluster'
type Kind = Pick<ResourceKey, 'group' | 'kind'>

/**
 * Whether an environment takes objects of a kind. `deny` counts first; without `allow` every kind is taken, but where the environment
 * names its namespaces (`bounded`) none without a namespace.
 */
export function takesKind(kind: Kind, scope: Scope, { allow, deny = [] }: KindsConfig, bounded: boolean): boolean {
  if (deny.some((pattern) => isOf(pattern, kind, scope))) return false
  return allow ? allow.some((pattern) => isOf(pattern, kind, scope)) : scope === 'namespaced' || !bounded
}

function isOf(pattern: string, { group, kind }: Kind, scope: Scope): boolean {
  if (pattern === '*') return scope === 'namespaced'
  return pattern === (group ? `${kind}.${group}` : kind) || (group !== '' && pattern === `*.${group}`)
}
