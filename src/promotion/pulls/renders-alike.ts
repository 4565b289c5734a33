import type { Overlay } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'
import type { PromotionPorts } from '../ports.ts'

/** True when each overlay is rendered to the same in both trees; false where one of them does not build. */
export async function rendersAlike(
  { renderer }: Pick<PromotionPorts, 'renderer'>,
  overlays: readonly Overlay[],
  before: Tree,
  after: Tree,
): Promise<boolean> {
  const digest = (tree: Tree, path: string) =>
    renderer.render(tree, path).then(
      (render) => render.digest,
      () => undefined,
    )
  const alike = overlays.map(async ({ path }) => {
    const [then, now] = await Promise.all([digest(before, path), digest(after, path)])
    return then !== undefined && then === now
  })
  return overlays.length > 0 && (await Promise.all(alike)).every((same) => same)
}
