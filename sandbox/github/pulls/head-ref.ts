import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'

/** Brings the head's commits over, when they live in a fork, and points `refs/pull/N/head` at them. */
export async function fetchHead(repository: Repository, pull: PullRequest): Promise<void> {
  const source = pull.head.repository
  if (source !== repository) await repository.git.bytes(['fetch', '--quiet', source.git.directory, pull.head.sha])
  await repository.git.updateRef(`refs/pull/${pull.number}/head`, pull.head.sha)
}
