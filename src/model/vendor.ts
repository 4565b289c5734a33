import type { Problem } from './errors.ts'
import type { RenderOptions } from './render-options.ts'
import type { Tree } from './tree.ts'

/** A remote base or chart that an overlay refers to, and what it stands for now. */
export interface Resolution {
  readonly kind: 'base' | 'chart'
  /** As the kustomization has it, without credentials: `https://github.com/acme/bases//redis?ref=v1`, `redis 17.0.0 from oci://…`. */
  readonly reference: string
  /** Where it is referred to first. */
  readonly file: string
  readonly line: number
  /** Full commit id, or `sha256:…` of the chart's archive. */
  readonly content: string
  /** False for a branch, a tag or a range, which may stand for something else tomorrow. */
  readonly pinned: boolean
  /** What the same reference stood for when it was first recorded, where that was something else. */
  readonly movedFrom?: string
}

export interface Completed {
  /** The tree with everything remote placed in it and every reference pointing there. */
  readonly tree: Tree
  readonly resolutions: readonly Resolution[]
  /** Charts are among what was placed, so helm has to run. */
  readonly charts: boolean
  /** A problem of a file that was placed, as one of the line that brought it in. Others stay what they are. */
  readonly relocate?: (problem: Problem) => Problem
}

/** Brings in what overlays refer to outside the repository, as far as the operator allows it. */
export interface Vendor {
  /**
   * Answers the tree itself where the overlay refers to nothing remote. Refuses with file, line and what the operator would add;
   * what cannot be reached now is kind `unreachable`. Within one `round` (any object) a branch or tag is the same commit everywhere.
   */
  complete(tree: Tree, overlay: string, options?: RenderOptions): Promise<Completed>
}
