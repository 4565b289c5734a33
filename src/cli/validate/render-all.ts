import { LockstepError, type Problem } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { Render, Renderer } from '../../model/renderer.ts'
import type { Overlay } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'

export interface OverlayResult {
  readonly overlay: Overlay
  readonly render?: Render
  /** Why it does not render; empty when it does. */
  readonly problems: readonly Problem[]
}

/** How many builds run at once is the renderer's to say; this bounds what is in memory. */
const RENDERS_AT_ONCE = 16

/** Every overlay's render or the reasons against it. A failure that is not the overlay's (no kustomize) is thrown. */
export function renderAll(
  renderer: Renderer,
  tree: Tree,
  overlays: readonly Overlay[],
  signal: AbortSignal,
): Promise<OverlayResult[]> {
  return mapLimited(overlays, RENDERS_AT_ONCE, async (overlay): Promise<OverlayResult> => {
    try {
      return { overlay, render: await renderer.render(tree, overlay.path, { signal }), problems: [] }
    } catch (error) {
      if (!(error instanceof LockstepError) || error.kind !== 'refused') throw error
      return { overlay, problems: error.problems.map((problem) => ({ file: overlay.path, ...problem })) }
    }
  })
}
