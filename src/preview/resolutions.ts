import type { Resolution } from '../model/vendor.ts'
import type { OverlayPreview } from './overlay-preview.ts'

export interface ReportedResolutions {
  /** A reference that stands for something else than when it was first recorded: nobody here has seen the change. */
  readonly moved: readonly Resolution[]
  /** A branch, a tag or a range. */
  readonly floating: readonly Resolution[]
  readonly pinned: readonly Resolution[]
}

/** Each reference with what it stands for, once. */
export function resolutionsOf(overlays: readonly Pick<OverlayPreview, 'resolutions'>[]): Resolution[] {
  const all = overlays.flatMap((preview) => preview.resolutions)
  return [...new Map(all.map((one) => [JSON.stringify([one.kind, one.reference, one.content]), one])).values()]
}

export function reportedResolutions(overlays: readonly Pick<OverlayPreview, 'resolutions'>[]): ReportedResolutions {
  const all = resolutionsOf(overlays)
  const still = all.filter(({ movedFrom }) => movedFrom === undefined)
  return {
    moved: all.filter(({ movedFrom }) => movedFrom !== undefined),
    floating: still.filter(({ pinned }) => !pinned),
    pinned: still.filter(({ pinned }) => pinned),
  }
}

/** The first digits of a commit or of a digest. */
export function shortContent(id: string): string {
  return id.replace(/^(sha256:)?([0-9a-f]{12})[0-9a-f]+$/, '$1$2')
}
