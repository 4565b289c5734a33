import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { Problem } from '../../model/errors.ts'
import type { Manifest } from '../../model/manifest.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { kindsOf } from '../live/kinds-of.ts'
import { objectAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import { definedScopes, refusals } from './admission.ts'
import { type DesiredObject, toDesired } from './desired.ts'
import type { Scope } from './kind-rules.ts'

/** The objects to apply, or every reason why this render must not be applied. */
export async function desiredState(
  session: Session,
  manifests: readonly Manifest[],
  { namespaces, kinds }: Pick<EnvironmentConfig, 'namespaces' | 'kinds'> = { namespaces: [] },
): Promise<{ objects: DesiredObject[]; problems: Problem[] }> {
  const scope = await scopesOf(session, manifests)
  const scoped = manifests.map((manifest) =>
    scope(manifest.key) === 'cluster' ? withoutNamespace(manifest) : manifest,
  )
  const clusterNamespaces = session.ports.settings?.namespacesOf?.(session.target.cluster) ?? []
  const { inventoryNamespace } = session
  const problems = refusals(scoped, {
    namespaces,
    ...(kinds && { kinds }),
    clusterNamespaces,
    inventoryNamespace,
    scope,
  })
  return { objects: scoped.map((manifest) => toDesired(manifest, session.ownership)), problems }
}

/** Scope by kind: what the render defines itself, else what the cluster says. */
async function scopesOf(
  session: Session,
  manifests: readonly Manifest[],
): Promise<(key: ResourceKey) => Scope | undefined> {
  const defined = definedScopes(manifests)
  const kinds = kindsOf(manifests.map(({ key }) => key))
  const known = await mapLimited(kinds, session.concurrency, async (kind): Promise<[string, Scope | undefined]> => {
    const id = `${kind.group}/${kind.kind}`
    return [id, defined.get(id) ?? (await session.cluster.scope(kind))]
  })
  const scopes = new Map(known)
  return ({ group, kind }) => scopes.get(`${group}/${kind}`)
}

/** kustomize's namespace transformer may mark a custom resource that has no namespace. */
function withoutNamespace({ key, body }: Manifest): Manifest {
  if (key.namespace === undefined) return { key, body }
  const { namespace: _, ...cluster } = key
  const { namespace: __, ...metadata } = objectAt(body, 'metadata') ?? {}
  return { key: cluster, body: { ...body, metadata } }
}
