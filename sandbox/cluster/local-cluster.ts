/** A control plane to work against. */
export interface LocalCluster extends AsyncDisposable {
  /** Path of a kubeconfig file; `context` of it has every right. */
  readonly kubeconfig: string
  readonly context: string
  readonly server: string
  /** kubeconfig context of another user; undefined where there is no such user. */
  as(user: string): string | undefined
  /** Ends what was started, if anything was. May be called twice. */
  stop(): Promise<void>
}
