import { LockstepError } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { resourceId } from '../../model/resource-key.ts'
import { type Target, targetId } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'
import { targetsIn } from '../desired/target-render.ts'
import type { Session } from '../pass/session.ts'
import { newestOf } from '../targets/newest-of.ts'
import type { StaleFacts } from './stale-facts.ts'

const RENDERS_AT_ONCE = 4

/** Ids of objects, and the target whose render has them. */
type Claims = ReadonlyMap<string, Target>

const known = new WeakMap<Tree, Map<string, Promise<readonly (readonly [string, Target])[]>>>()

/**
 * Objects that other targets of the same cluster and repository have in Git now, by id: what moves from one overlay to another is not
 * pruned. Renders every one of them, once for a tree. An overlay that does not build claims nothing.
 */
export async function claimsOfOthers(
  session: Session,
  { source, rendered }: Pick<StaleFacts, 'source' | 'rendered'>,
): Promise<Claims> {
  const { target } = session
  const environments = rendered.config.environments.filter(({ clusters }) => clusters.includes(target.cluster))
  const claims = await Promise.all(
    environments.map(async ({ name }) => {
      const { tree, config } = await newestOf(source, { ...target, environment: name })
      const declared = [...(await targetsIn(config, tree)).values()].filter(
        (one) => one.target.cluster === target.cluster && one.target.environment === name,
      )
      return claimsIn(session, tree, `${target.cluster}/${name}`, declared)
    }),
  )
  return new Map(claims.flat().filter(([, owner]) => targetId(owner) !== targetId(target)))
}

type Declared = Awaited<ReturnType<typeof targetsIn>> extends ReadonlyMap<string, infer D> ? D : never

function claimsIn({ ports }: Session, tree: Tree, place: string, declared: readonly Declared[]) {
  const ofTree = known.get(tree) ?? new Map<string, Promise<readonly (readonly [string, Target])[]>>()
  known.set(tree, ofTree)
  const before = ofTree.get(place)
  if (before) return before
  const claims = mapLimited(declared, RENDERS_AT_ONCE, async ({ target, overlay }) => {
    const ids = await idsIn(ports, tree, overlay.path)
    return ids.map((id) => [id, target] as const)
  }).then((all) => all.flat())
  ofTree.set(place, claims)
  claims.catch(() => ofTree.delete(place))
  return claims
}

/** With and without the namespace: only the cluster knows which kinds have none. */
async function idsIn({ renderer }: Session['ports'], tree: Tree, path: string): Promise<string[]> {
  try {
    const { manifests } = await renderer.render(tree, path)
    return manifests.flatMap(({ key: { namespace, ...key } }) => [
      resourceId(key),
      ...(namespace ? [resourceId({ ...key, namespace })] : []),
    ])
  } catch (error) {
    if (error instanceof LockstepError) return []
    throw error
  }
}
