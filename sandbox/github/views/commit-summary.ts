import type { Repository } from '../state/repository.ts'

/** The few facts of a commit that check suites and merge groups carry. */
export async function commitSummary(repository: Repository, sha: string): Promise<Record<string, unknown>> {
  const { tree, message, author, committer } = await repository.git.commit(sha)
  return {
    id: sha,
    tree_id: tree,
    message,
    timestamp: committer.date,
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  }
}
