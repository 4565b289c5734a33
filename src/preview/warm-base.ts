import { findOverlays } from '../config/layout.ts'
import { LockstepError } from '../model/errors.ts'
import { mapLimited } from '../model/map-limited.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Renderer } from '../model/renderer.ts'
import type { Tree } from '../model/tree.ts'
import { baseWarmed } from './outcomes.ts'
import type { PreviewPorts } from './ports.ts'
import { tryLoad } from './rules.ts'

export interface WarmPorts extends Pick<PreviewPorts, 'mirror'> {
  readonly repository: Pick<PreviewPorts['repository'], 'defaultBranch'>
  /** Of low priority: nobody waits for what it renders here. */
  readonly renderer: Renderer
}

const RENDERS_AT_ONCE = 4

/**
 * Renders every overlay of the default branch's tip, so that previews find that side in the renderer's cache. What does not render is
 * for previews to tell; what cannot be reached is thrown.
 */
export async function warmBase({ mirror, repository, renderer }: WarmPorts, signal: AbortSignal): Promise<Outcome> {
  await mirror.fetch()
  const branch = await repository.defaultBranch()
  const tip = await mirror.resolve(`refs/heads/${branch}`)
  if (tip === undefined) return baseWarmed(branch, 0, 0)
  const tree = await mirror.tree(tip)
  const { config } = await tryLoad(tree)
  if (!config) return baseWarmed(branch, 0, 0)
  const overlays = await findOverlays(config, tree)
  const rendered = await mapLimited(overlays, RENDERS_AT_ONCE, ({ path }) => renders(renderer, tree, path, signal))
  return baseWarmed(branch, overlays.length, rendered.filter((done) => !done).length)
}

async function renders(renderer: Renderer, tree: Tree, path: string, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted()
  try {
    await renderer.render(tree, path, { signal })
    return true
  } catch (error) {
    if (!(error instanceof LockstepError) || error.kind === 'unreachable') throw error
    return false
  }
}
