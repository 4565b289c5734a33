export type MergeMethod = 'merge' | 'squash' | 'rebase'

export interface MergeRequest {
  readonly method: MergeMethod
  readonly sha?: string | undefined
  readonly title?: string | undefined
  readonly message?: string | undefined
}
