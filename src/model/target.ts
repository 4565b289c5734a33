/** An application's kustomize directory in an environment (and cluster, where the layout tells clusters apart). */
export interface Overlay {
  readonly application: string
  readonly environment: string
  /** Set when the path template has `{cluster}`. */
  readonly cluster?: string
  /** Directory relative to the repository's root. */
  readonly path: string
}

/** What one reconcile works on: application × environment × cluster. */
export interface Target {
  readonly application: string
  readonly environment: string
  readonly cluster: string
}

export function targetId(target: Target): string {
  return [target.application, target.environment, target.cluster].join('/')
}
