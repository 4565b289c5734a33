import type { CheckSuite } from '../state/check.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'

/** Open pull requests whose head is the suite's commit or branch; none for commits of a fork. No proof of cause. */
export function openPullsOf(repository: Repository, suite: CheckSuite): PullRequest[] {
  const { headBranch, headSha } = suite
  if (headBranch === null) return []
  return [...repository.pulls.values()].filter(
    (pull) =>
      pull.state === 'open' &&
      pull.head.repository === repository &&
      (pull.head.sha === headSha || pull.head.ref === headBranch),
  )
}
