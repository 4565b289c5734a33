import type { Problem } from '../../model/errors.ts'
import type { Json } from '../../model/json.ts'
import type { Manifest } from '../../model/manifest.ts'
import { isSecret } from '../../model/mask-secrets.ts'
import { apiVersion, type ResourceKey, resourceId, resourceLabel } from '../../model/resource-key.ts'
import { objectAt, textAt, valueAt } from '../live/live-object.ts'

export interface AdmissionRules {
  /** Of the environment; `*` at the end matches any rest; empty allows every namespace. */
  readonly namespaces: readonly string[]
  /** Of the operator, for the cluster; the same patterns. */
  readonly clusterNamespaces?: readonly string[]
  /** undefined: the cluster has no such kind, and the render does not define it. */
  readonly scope: (key: ResourceKey) => 'namespaced' | 'cluster' | undefined
}

/** Everything that forbids to apply this render, before anything is sent. */
export function refusals(manifests: readonly Manifest[], rules: AdmissionRules): Problem[] {
  if (manifests.length === 0) return [emptyProblem]
  return [...duplicates(manifests), ...manifests.flatMap((manifest) => refusalsOf(manifest, rules))]
}

function refusalsOf({ key, body }: Manifest, rules: AdmissionRules): Problem[] {
  const problems: Problem[] = []
  const refuse = (code: string, message: string, remedy: string) =>
    problems.push({ code, message: `${resourceLabel(key)} ${message}.`, object: resourceLabel(key), remedy })
  if (!key.name)
    refuse('OBJECT_WITHOUT_NAME', 'has no metadata.name', 'Give it one; generateName cannot be kept in step.')
  if (isEncrypted(body))
    refuse('SECRET_ENCRYPTED', 'is still encrypted with SOPS', 'Decrypt it inside the cluster, e.g. with an operator.')
  const scope = rules.scope(key)
  if (!scope) {
    refuse(
      'KIND_UNKNOWN',
      `is of ${apiVersion(key)}, which the cluster does not have`,
      'Install its CustomResourceDefinition first, or correct apiVersion and kind.',
    )
  } else if (scope === 'namespaced' && !key.namespace) {
    refuse('NAMESPACE_MISSING', 'names no namespace', 'Set `namespace:` in the overlay’s kustomization.')
  } else if (!isAllowed(key, scope, rules.namespaces)) {
    refuse(
      'NAMESPACE_FORBIDDEN',
      `is outside the environment’s namespaces (${rules.namespaces.join(', ')})`,
      'Move it, or add the namespace to the environment in .lockstep.yaml.',
    )
  } else if (!isAllowed(key, scope, rules.clusterNamespaces ?? [])) {
    refuse(
      'NAMESPACE_FORBIDDEN',
      `is outside the namespaces that the operator allows on this cluster (${rules.clusterNamespaces?.join(', ')})`,
      "Move it, or ask the operator to add the namespace to the cluster's `namespaces`.",
    )
  }
  return problems
}

/** Where an environment names its namespaces, the only cluster-scoped objects allowed are those Namespaces. */
function isAllowed(key: ResourceKey, scope: 'namespaced' | 'cluster', patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true
  const namespace =
    scope === 'namespaced' ? key.namespace : key.group === '' && key.kind === 'Namespace' ? key.name : undefined
  return namespace !== undefined && patterns.some((pattern) => matches(pattern, namespace))
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

function isEncrypted(body: Manifest['body']): boolean {
  if (textAt(body, 'sops', 'mac') !== undefined) return true
  const values = ['data', 'stringData'].flatMap((field) => Object.values(objectAt(body, field) ?? {}))
  return isSecret(body) && values.some(isCiphertext)
}

function isCiphertext(value: Json | undefined): boolean {
  if (typeof value !== 'string') return false
  return value.startsWith('ENC[') || Buffer.from(value, 'base64').toString('latin1').startsWith('ENC[')
}

function duplicates(manifests: readonly Manifest[]): Problem[] {
  const groups = Map.groupBy(manifests, ({ key }) => resourceId(key))
  const repeated = [...groups.values()].flatMap(([first, second]) => (first && second ? [first] : []))
  return repeated.map(({ key }) => ({
    code: 'OBJECT_DUPLICATE',
    message: `${resourceLabel(key)} stands in the render more than once.`,
    object: resourceLabel(key),
    remedy: 'Keep one, or tell them apart by name or namespace.',
  }))
}

const emptyProblem: Problem = {
  code: 'RENDER_EMPTY',
  message: 'The render holds no objects, so nothing is applied and nothing is pruned.',
  remedy: 'Put the resources back. To remove an application, delete its objects in a commit of their own first.',
}

/** Scopes of the kinds that the render itself defines, by `group/Kind`. */
export function definedScopes(manifests: readonly Manifest[]): Map<string, 'namespaced' | 'cluster'> {
  const definitions = manifests.filter(
    ({ key }) => key.kind === 'CustomResourceDefinition' && key.group === 'apiextensions.k8s.io',
  )
  return new Map(
    definitions.map(({ body }) => {
      const kind = `${textAt(body, 'spec', 'group')}/${textAt(body, 'spec', 'names', 'kind')}`
      return [kind, valueAt(body, 'spec', 'scope') === 'Cluster' ? 'cluster' : 'namespaced']
    }),
  )
}
