import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import { type Target, targetId } from '../../model/target.ts'
import { isFresh } from '../../model/target-drift.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { type DeclaredTarget, targetsIn } from '../desired/target-render.ts'
import type { ReconcilePorts } from '../ports.ts'
import type { Newest } from './newest-of.ts'
import type { Precedent, TurnFacts } from './turn.ts'

/** Targets of the newest tree that come before this one: by order, and by wave. */
export interface Before {
  readonly order: readonly DeclaredTarget[]
  readonly waves: readonly DeclaredTarget[]
  readonly soakMs: number
}

/** By Git alone. `ignoreWaves`: see the setting. */
export async function beforeOf(
  { config, environment, tree }: Newest,
  target: Target,
  ignoreWaves = false,
): Promise<Before> {
  const { order, waves } = environment
  const names = Object.hasOwn(order, target.application) ? (order[target.application] ?? []) : []
  const place = waves.findIndex(({ clusters }) => clusters.includes(target.cluster))
  const earlier = waves.slice(0, ignoreWaves ? 0 : Math.max(0, place)).flatMap(({ clusters }) => clusters)
  if (names.length === 0 && earlier.length === 0) return { order: [], waves: [], soakMs: 0 }
  const declared = await targetsIn(config, tree)
  const find = (one: Partial<Target>) => declared.get(targetId({ ...target, ...one })) ?? []
  return {
    order: names.flatMap((application) => find({ application })),
    waves: earlier.flatMap((cluster) => find({ cluster })),
    soakMs: earlier.length > 0 ? (waves[place]?.soakMs ?? 0) : 0,
  }
}

/** What is known of them now. The board is read once; digests come from the render cache. */
export async function turnFacts(
  ports: ReconcilePorts,
  repository: RepositoryRef,
  { tree }: Newest,
  before: Before,
): Promise<TurnFacts> {
  const statuses = await ports.board.list(repositoryName(repository))
  const known = new Map(statuses.map((status) => [targetId(status.target), status]))
  const now = ports.clock.now()
  const facts = async (one: DeclaredTarget) => {
    const status = known.get(targetId(one.target))
    const seen = status && isFresh(status, now) ? status : await ports.look?.(repository, one.target)
    return precedent(ports, tree, one, seen ?? status)
  }
  return {
    before: await Promise.all(before.order.map(facts)),
    waves: await Promise.all(before.waves.map(facts)),
    soakMs: before.soakMs,
    now: ports.clock.now(),
  }
}

async function precedent(
  { renderer }: ReconcilePorts,
  tree: Newest['tree'],
  { target, overlay }: DeclaredTarget,
  status: TargetStatus | undefined,
): Promise<Precedent> {
  const render = await renderer.render(tree, overlay.path).catch(() => undefined)
  return { target, ...(status && { status }), ...(render && { renderDigest: render.digest }) }
}
