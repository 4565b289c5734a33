import { isJsonObject, type JsonObject } from '../../model/json.ts'
import type { Manifest } from '../../model/manifest.ts'
import { builtInResource, type Resource } from '../../reconcile/rights/resources.ts'

export interface RenderedResources {
  readonly resources: readonly Resource[]
  /** `Kind.group` of custom kinds that no definition in the renders tells the plural of: it is guessed as kubectl guesses. */
  readonly guessed: readonly string[]
}

/** The kinds of all objects. Custom ones are named as their definition says, if it is among them. */
export function resourcesOfRenders(manifests: readonly Manifest[]): RenderedResources {
  const defined = new Map(manifests.flatMap(({ key, body }) => (isDefinition(key) ? definedResource(body) : [])))
  const found = new Map<string, Resource>()
  const guessed = new Set<string>()
  for (const { key } of manifests) {
    const name = [key.kind, key.group].filter(Boolean).join('.')
    const known = builtInResource(key) ?? defined.get(name)
    if (!known) guessed.add(name)
    found.set(
      name,
      known ?? { group: key.group, plural: guessPlural(key.kind), namespaced: key.namespace !== undefined },
    )
  }
  return { resources: [...found.values()], guessed: [...guessed].sort() }
}

function isDefinition({ group, kind }: Manifest['key']): boolean {
  return group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition'
}

function definedResource({ spec }: JsonObject): [string, Resource][] {
  if (!isJsonObject(spec) || !isJsonObject(spec.names)) return []
  const [group, plural, kind] = [spec.group, spec.names.plural, spec.names.kind].map(String) as [string, string, string]
  return [[`${kind}.${group}`, { group, plural, namespaced: spec.scope === 'Namespaced' }]]
}

function guessPlural(kind: string): string {
  const singular = kind.toLowerCase()
  if (singular.endsWith('s')) return `${singular}es`
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`
}
