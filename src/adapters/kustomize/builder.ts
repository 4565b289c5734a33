import type { FileMode } from '../../model/tree.ts'

/** One file as the build sees it. Kustomizations hold the JSON that was read and checked; a link's content is its target. */
export interface BuildFile {
  /** Relative to the root of the build, `/`-separated. */
  readonly path: string
  readonly mode: Exclude<FileMode, '160000'>
  readonly content: Buffer
  /** What the repository has there, where that is something else. */
  readonly source?: Buffer
}

export interface BuildRequest {
  /** Directory of the kustomization, relative to the root. */
  readonly overlay: string
  /** Everything the build may read, and nothing else. */
  readonly files: readonly BuildFile[]
  /** The files hold charts that Lockstep put there, so helm may be run on them. */
  readonly charts: boolean
  /** A kustomization sets `openapi:`, which changes what the process that builds it knows for good. */
  readonly ownProcess: boolean
  readonly signal: AbortSignal
}

/**
 * Builds scanned overlays: the kustomize binary in a directory of its own, or the resident renderer in memory. Both give the same
 * bytes. Refuses with the KUSTOMIZE_… problems of `reasons.ts`; throws BuildDeclined for what another builder has to do.
 */
export interface Builder {
  /** e.g. `kustomize v5.8.1`; part of the key of every cached render. */
  version(): Promise<string>
  /** What kustomize prints on its standard output. */
  build(request: BuildRequest): Promise<Buffer>
  /** Ends its processes. */
  close(): Promise<void>
}

/** Says nothing about the overlay: this builder cannot build it, or cannot build anything here and now. */
export class BuildDeclined extends Error {}
