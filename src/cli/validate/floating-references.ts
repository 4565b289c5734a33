import type { Resolution } from '../../model/vendor.ts'
import type { OverlayResult } from './render-all.ts'

/** One line for each remote reference that may stand for something else tomorrow, or does already: a warning, no finding. */
export function floatingReferences(results: readonly Pick<OverlayResult, 'render'>[]): string[] {
  const floating = results.flatMap(({ render }) => render?.resolutions ?? []).filter(({ pinned }) => !pinned)
  return [...new Set(floating.map(printFloating))]
}

function printFloating({ reference, file, line, content, movedFrom }: Resolution): string {
  const was = movedFrom === undefined ? '' : ` and for ${movedFrom} when it was first seen`
  return `${file}:${line} warning: \`${reference}\` stands for ${content} now${was}; only a full commit id or exact version stays the same.`
}
