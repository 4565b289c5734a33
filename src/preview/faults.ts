import type { Problem } from '../model/errors.ts'
import type { Overlay } from '../model/target.ts'
import type { OverlayPreview } from './overlay-preview.ts'

/** One fault and every overlay it keeps from being rendered. */
export interface Fault {
  readonly problem: Problem
  readonly overlays: readonly Overlay[]
}

/** A broken base breaks all its overlays in one place: that is one fault. Those that break most first. */
export function faultsOf(
  previews: readonly OverlayPreview[],
  side: 'problems' | 'baseProblems' = 'problems',
): readonly Fault[] {
  const found = previews.flatMap((preview) => preview[side].map((problem) => ({ problem, overlay: preview.overlay })))
  return [...Map.groupBy(found, ({ problem }) => identity(problem)).values()]
    .map((members) => ({
      problem: members[0]?.problem as Problem,
      overlays: [...new Set(members.map(({ overlay }) => overlay))],
    }))
    .sort((a, b) => b.overlays.length - a.overlays.length)
}

function identity({ code, file, line, column, message }: Problem): string {
  return JSON.stringify([code, file, line, column, message])
}
