import { findOverlays, targetsOf } from '../../src/config/layout.ts'
import { loadRepositoryConfig } from '../../src/config/load.ts'
import type { Target } from '../../src/model/target.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { tipOf } from './local-github.ts'
import type { LockstepScene } from './lockstep-scene.ts'

/** What the workers say of a target beside what they say of all; undefined: they say nothing. */
export type Told = (target: Target) => Partial<TargetStatus> | undefined

/** As if the workers of every cluster had just said that each target runs what main says, healthy since an hour ago. */
export async function reportHealth(
  { scene, services, ref }: LockstepScene,
  place: string,
  told: Told = () => ({}),
): Promise<void> {
  const { owner, name } = ref(place)
  const { mirror } = await services.openRepository(ref(place))
  await mirror.fetch()
  const revision = await tipOf(scene.bob, place, 'main')
  const tree = await mirror.tree(revision)
  const config = await loadRepositoryConfig(tree)
  if (!config) throw new Error(`${place} is not configured`)
  const now = Date.now()
  for (const { target, overlay } of targetsOf(config, await findOverlays(config, tree))) {
    const change = told(target)
    if (!change) continue
    const { digest } = await services.renderer.render(tree, overlay.path)
    await services.board.put(`${owner}/${name}`, {
      target,
      revision,
      renderDigest: digest,
      sync: 'Synced',
      health: 'Healthy',
      healthySince: new Date(now - 3_600_000).toISOString(),
      drift: [],
      problems: [],
      observedAt: new Date(now).toISOString(),
      ...change,
    })
  }
}

/** A round over the promotions of a repository whose clusters are as told, and all that comes of it. */
export async function playRound(lockstep: LockstepScene, place: string, told?: Told): Promise<void> {
  await lockstep.idle()
  await reportHealth(lockstep, place, told)
  await lockstep.services.queue.add({ kind: 'promotions', repository: lockstep.ref(place) })
  await lockstep.idle()
}
