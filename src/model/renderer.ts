import type { Manifest } from './manifest.ts'
import type { RenderOptions } from './render-options.ts'
import type { Tree } from './tree.ts'
import type { UnstableField } from './unstable-fields.ts'
import type { Resolution } from './vendor.ts'

export interface Render {
  /** kustomize's output, byte for byte. */
  readonly text: string
  readonly manifests: readonly Manifest[]
  /** SHA-256 of the canonical manifests, order and what is unstable ignored: equal digests mean the cluster would see no difference. */
  readonly digest: string
  /** Every file of the tree that went in, sorted. */
  readonly inputs: readonly string[]
  /** Remote bases and charts that went in. */
  readonly resolutions?: readonly Resolution[]
  /** What a chart renders differently every time; `settled` makes such renders comparable. */
  readonly unstable?: readonly UnstableField[]
}

export type { RenderOptions } from './render-options.ts'

/** Builds an overlay. Refuses with a LockstepError (file, line, remedy); never runs anything the tree brings along. */
export interface Renderer {
  /** e.g. `kustomize v5.8.1`. */
  version(): Promise<string>
  /** `overlay` is the directory of a kustomization, relative to the tree's root. */
  render(tree: Tree, overlay: string, options?: RenderOptions): Promise<Render>
}
