import { LockstepError } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { once } from '../../model/once.ts'
import { resourceId } from '../../model/resource-key.ts'
import { type Target, targetId } from '../../model/target.ts'
import { type DeclaredTarget, loadConfig, targetsIn } from '../desired/target-render.ts'
import { listInventories } from '../inventory/inventory-store.ts'
import { targetLabel } from '../labels.ts'
import type { Session } from '../pass/session.ts'
import { newestOf } from '../targets/newest-of.ts'
import type { StaleFacts } from './stale-facts.ts'

const RENDERS_AT_ONCE = 4

/** What the other targets of the same cluster and repository have in Git now. */
export interface Claims {
  /** By id of the object. */
  readonly owners: ReadonlyMap<string, Target>
  /** Targets at work in the cluster whose overlays ceased to build since the last revision in order: anything may be theirs now. */
  readonly unsure: readonly Target[]
}

/** What one overlay holds; undefined where it does not build. */
interface Claim {
  readonly target: Target
  readonly ids: readonly string[] | undefined
}

/**
 * What moves from one overlay to another is not pruned. Renders every overlay of the cluster, once for a tree. One that does not build, and
 * did not build before or was never applied, claims nothing: it must not hold up the others for ever. Throws what keeps overlays from being
 * rendered at all.
 */
export async function claimsOfOthers(
  session: Session,
  { source, rendered, inventory }: Omit<StaleFacts, 'plan'>,
): Promise<Claims> {
  const { target } = session
  const environments = rendered.config.environments.filter(({ clusters }) => clusters.includes(target.cluster))
  const all = await Promise.all(environments.map(({ name }) => claimsIn(session, source, name)))
  const others = all.flat().filter((claim) => targetId(claim.target) !== targetId(target))
  const broken = others.filter(({ ids }) => ids === undefined).map((claim) => claim.target)
  return {
    owners: new Map(others.flatMap(({ target: owner, ids }) => (ids ?? []).map((id) => [id, owner] as const))),
    unsure:
      broken.length > 0 ? await brokenSince(session, source, await atWork(session, broken), inventory?.revision) : [],
  }
}

async function claimsIn(session: Session, source: StaleFacts['source'], environment: string): Promise<Claim[]> {
  const { cluster } = session.target
  const newest = await orNothing(() => newestOf(source, { ...session.target, environment }))
  if (!newest) return []
  const declared = await targetsIn(newest.config, newest.tree)
  const here = [...declared.values()].filter(
    ({ target }) => target.cluster === cluster && target.environment === environment,
  )
  return once(askedOf(declared), `${cluster}/${environment}`, () =>
    mapLimited(here, RENDERS_AT_ONCE, async ({ target, overlay }) => ({
      target,
      ids: await orNothing(async () => idsOf(await session.ports.renderer.render(newest.tree, overlay.path))),
    })),
  )
}

const known = new WeakMap<ReadonlyMap<string, DeclaredTarget>, Map<string, Promise<Claim[]>>>()

function askedOf(declared: ReadonlyMap<string, DeclaredTarget>): Map<string, Promise<Claim[]>> {
  const places = known.get(declared) ?? new Map<string, Promise<Claim[]>>()
  known.set(declared, places)
  return places
}

/** With and without the namespace: only the cluster knows which kinds have none. */
function idsOf({ manifests }: Awaited<ReturnType<Session['ports']['renderer']['render']>>): string[] {
  return manifests.flatMap(({ key: { namespace, ...key } }) => [
    resourceId(key),
    ...(namespace ? [resourceId({ ...key, namespace })] : []),
  ])
}

/** undefined for what Git has wrong; outages are thrown, they say nothing of Git. */
async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof LockstepError && error.kind === 'refused') return undefined
    throw error
  }
}

async function atWork(session: Session, targets: readonly Target[]): Promise<Target[]> {
  const { repository, cluster, inventoryNamespace } = session
  const inventories = await listInventories(cluster, inventoryNamespace)
  const labels = new Set(inventories.map((one) => targetLabel(one.repository, one.target)))
  return targets.filter((target) => labels.has(targetLabel(repository, target)))
}

/** Those that built at the revision, or were not there. */
async function brokenSince(
  session: Session,
  source: StaleFacts['source'],
  targets: readonly Target[],
  revision: string | undefined,
): Promise<readonly Target[]> {
  const tree = revision === undefined ? undefined : await source.tree(revision)
  const declared = tree && (await orNothing(async () => targetsIn(await loadConfig(tree), tree)))
  if (!tree || !declared) return targets
  const broke = await mapLimited(targets, RENDERS_AT_ONCE, async (target) => {
    const before = declared.get(targetId(target))
    const built = before && (await orNothing(() => session.ports.renderer.render(tree, before.overlay.path)))
    return before && !built ? [] : [target]
  })
  return broke.flat()
}
