import type { KindsConfig } from '../../config/repository-config.ts'
import type { Problem } from '../../model/errors.ts'
import type { Json } from '../../model/json.ts'
import type { Manifest } from '../../model/manifest.ts'
import { isSecret } from '../../model/mask-secrets.ts'
import { apiVersion, type ResourceKey, resourceId, resourceLabel } from '../../model/resource-key.ts'
import { objectAt, textAt, valueAt } from '../live/live-object.ts'
import { type Scope, takesKind } from './kind-rules.ts'
import type { Lack } from './kind-sources.ts'
import { isOwnObject } from './own-objects.ts'

export interface AdmissionRules {
  /** Of the environment; `*` at the end matches any rest; empty allows every namespace. */
  readonly namespaces: readonly string[]
  /** Of the environment. */
  readonly kinds?: KindsConfig
  /** Of the operator, for the cluster; the same patterns as `namespaces`. */
  readonly clusterNamespaces?: readonly string[]
  /** Where Lockstep keeps what it remembers. */
  readonly inventoryNamespace?: string
  /** undefined: the cluster has no such kind, and the render does not define it. */
  readonly scope: (key: ResourceKey) => Scope | undefined
  /** What Git has to do with it that the cluster lacks a kind. */
  readonly lack?: (key: ResourceKey) => Lack | undefined
}

/** Everything that forbids to apply this render, before anything is sent. */
export function refusals(manifests: readonly Manifest[], rules: AdmissionRules): Problem[] {
  if (manifests.length === 0) return [emptyProblem]
  return [...duplicates(manifests), ...manifests.flatMap((manifest) => refusalsOf(manifest, rules))]
}

function refusalsOf({ key, body }: Manifest, rules: AdmissionRules): Problem[] {
  const label = resourceLabel(key)
  const problem = (code: string, message: string, remedy: string): Problem => ({
    code,
    message: `${label} ${message}.`,
    object: label,
    remedy,
  })
  const unnamed = !key.name && problem('OBJECT_WITHOUT_NAME', 'has no metadata.name', NAME_IT)
  const encrypted = isEncrypted(body) && problem('SECRET_ENCRYPTED', 'is still encrypted with SOPS', DECRYPT)
  const own =
    isOwnObject(key, body, rules.inventoryNamespace ?? '') && problem('OBJECT_OF_LOCKSTEP', KEPT_BY_US, DROP_IT)
  return [unnamed, encrypted, own, refusedPlace(key, rules, problem)].filter(
    (one) => one !== false && one !== undefined,
  )
}

const INSTALL = 'Install its CustomResourceDefinition first, or correct apiVersion and kind.'
const NAME_IT = 'Give it one; generateName cannot be kept in step.'
const DECRYPT = 'Decrypt it inside the cluster, e.g. with an operator.'
const KEPT_BY_US = 'is what Lockstep itself remembers in the cluster'
const DROP_IT = 'Remove it from the overlay; it was most likely exported from a cluster.'

/** What its kind or its namespace says against it. */
function refusedPlace(
  key: ResourceKey,
  { namespaces, kinds = {}, clusterNamespaces = [], scope: scopeOf, lack }: AdmissionRules,
  problem: (code: string, message: string, remedy: string) => Problem,
): Problem | undefined {
  const scope = scopeOf(key)
  if (!scope) {
    const { why, remedy } = lack?.(key) ?? { why: '', remedy: INSTALL }
    return problem('KIND_UNKNOWN', `is of ${apiVersion(key)}, which the cluster does not have${why}`, remedy)
  }
  const namespace = namespaceOf(key, scope)
  if (scope === 'namespaced' && !namespace) {
    return problem('NAMESPACE_MISSING', 'names no namespace', 'Set `namespace:` in the overlay’s kustomization.')
  }
  const isNamespace = scope === 'cluster' && namespace !== undefined
  if (namespaces.length > 0 && namespace !== undefined && !matchesAny(namespaces, namespace)) {
    const message = `is outside the environment’s namespaces (${namespaces.join(', ')})`
    const remedy = 'Move it, or add the namespace to the environment in .lockstep.yaml.'
    return problem('NAMESPACE_FORBIDDEN', message, remedy)
  }
  const { allow, ...denials } = kinds
  const named = isNamespace && namespaces.length > 0
  if (!takesKind(key, scope, named ? denials : kinds, namespaces.length > 0 && !named)) {
    const remedy = 'Remove it, or allow its kind by `kinds` of the environment in .lockstep.yaml.'
    return problem('KIND_FORBIDDEN', `is of the kind ${kindName(key)}, which the environment does not take`, remedy)
  }
  if (clusterNamespaces.length > 0 && (namespace === undefined || !matchesAny(clusterNamespaces, namespace))) {
    const message = `is outside the namespaces that the operator allows on this cluster (${clusterNamespaces.join(', ')})`
    const remedy = "Move it, or ask the operator to add the namespace to the cluster's `namespaces`."
    return problem('NAMESPACE_FORBIDDEN', message, remedy)
  }
  return undefined
}

/** The namespace an object is in, or is. */
function namespaceOf(key: ResourceKey, scope: Scope): string | undefined {
  if (scope === 'namespaced') return key.namespace
  return key.group === '' && key.kind === 'Namespace' ? key.name : undefined
}

function kindName({ group, kind }: ResourceKey): string {
  return group ? `${kind}.${group}` : kind
}

function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern, name))
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
