import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import { type Target, targetId } from '../../model/target.ts'
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

/** Pure over the newest tree: no status is asked for. */
export async function beforeOf({ config, environment, tree }: Newest, target: Target): Promise<Before> {
  const { order, waves } = environment
  const names = Object.hasOwn(order, target.application) ? (order[target.application] ?? []) : []
  const place = waves.findIndex(({ clusters }) => clusters.includes(target.cluster))
  const earlier = waves.slice(0, Math.max(0, place)).flatMap(({ clusters }) => clusters)
  if (names.length === 0 && earlier.length === 0) return { order: [], waves: [], soakMs: 0 }
  const declared = await targetsIn(config, tree)
  const find = (one: Partial<Target>) => declared.get(targetId({ ...target, ...one })) ?? []
  return {
    order: names.flatMap((application) => find({ application })),
    waves: earlier.flatMap((cluster) => find({ cluster })),
    soakMs: waves[place]?.soakMs ?? 0,
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
  const facts = (one: DeclaredTarget) => precedent(ports, tree, one, known.get(targetId(one.target)))
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
