export interface KubeconfigSource {
  /** The operator's name for the cluster, used in messages. */
  readonly name: string
  /** Path of a kubeconfig file. Absent: the service account of the Pod that Lockstep runs in. Never a file of a repository. */
  readonly kubeconfig?: string
  /** Default: the file's current context. */
  readonly context?: string
  /** Lets the kubeconfig's user log in by a command (`exec`). Off by default: it runs beside Lockstep. */
  readonly allowExec?: boolean
  /** What such a command gets besides what the kubeconfig names for it. Default: PATH and HOME. */
  readonly commandEnvironment?: Readonly<Record<string, string | undefined>>
  /** Longest time for such a command, in milliseconds. Default 15 s. */
  readonly commandTimeoutMs?: number
}
