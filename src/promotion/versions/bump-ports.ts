import type { RepositoryConfig } from '../../config/repository-config.ts'
import type { GitHubRepository } from '../../model/github.ts'
import type { Tree } from '../../model/tree.ts'

/** What proposing new versions needs of one repository; a workflow's token has as much. */
export interface BumpPorts {
  readonly repository: Pick<GitHubRepository, 'ref' | 'defaultBranch'> & {
    readonly pulls: Pick<GitHubRepository['pulls'], 'listByHead' | 'create' | 'update'>
    readonly branches: Pick<GitHubRepository['branches'], 'tip' | 'create' | 'commit' | 'delete'>
  }
  /** A commit that GitHub has. Throws GIT_COMMIT_UNKNOWN. */
  readonly open: (commit: string) => Promise<BumpCommit>
  /** Whether the first commit is in the history of the second, or is the second. */
  readonly isBefore: (commit: string, other: string) => Promise<boolean>
  readonly loadConfig: (tree: Tree) => Promise<RepositoryConfig | undefined>
}

export interface BumpCommit {
  readonly tree: Tree
  readonly message: string
  readonly parents: readonly string[]
}
