/** What a render is done with, besides its tree. */
export interface RenderOptions {
  readonly signal?: AbortSignal
  /** Renders with the same object here see every remote branch and tag at the same commit: both sides of a preview. */
  readonly round?: object
}
