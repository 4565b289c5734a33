import type { Tree } from './tree.ts'

export interface Commit {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly subject: string
  /** The whole message, subject included. */
  readonly message: string
  /** `Name <mail>`. */
  readonly author: string
  /** ISO 8601. */
  readonly committedAt: string
}

/** A bare mirror of one repository: read-only, no work tree. Refs and ids are validated before git sees them. */
export interface Mirror {
  /** Brings branches, tags and pull-request heads up to date. */
  fetch(): Promise<void>
  /** Full commit id of a branch name, `refs/…` or commit id (seven digits or more); undefined when there is none. */
  resolve(ref: string): Promise<string | undefined>
  /** Names without `refs/tags/`, in no order. */
  tags(): Promise<string[]>
  commit(sha: string): Promise<Commit>
  /** Newest first; first parents only; `path` keeps commits that change something below it. */
  log(from: string, options?: { path?: string; limit?: number }): Promise<Commit[]>
  tree(commit: string): Promise<Tree>
  /** What merging `head` into `base` would give, or the files that conflict. */
  merge(base: string, head: string): Promise<{ tree: Tree } | { conflicts: readonly string[] }>
  isAncestor(ancestor: string, descendant: string): Promise<boolean>
  /** The commit last kept under `name` (`[a-z-]+`). Restarts remember it; a mirror that is made anew does not. */
  kept(name: string): Promise<string | undefined>
  /** Keeps a commit of this mirror, unless another than `was` is kept by now. */
  keep(name: string, sha: string, was: string | undefined): Promise<void>
}
