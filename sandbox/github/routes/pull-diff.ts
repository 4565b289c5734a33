import { type Answer, raw } from '../http/answer.ts'
import { Refusal } from '../http/refusal.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'

const MOST_LINES = 20_000

/** The `.diff` media type: 406 where the difference is too large. */
export async function pullDiff(repository: Repository, pull: PullRequest): Promise<Answer> {
  const diff = await repository.git.bytes(['diff', '-M', `${pull.base.sha}...${pull.head.sha}`])
  if (diff.toString('latin1').split('\n').length > MOST_LINES) {
    throw new Refusal(406, `Sorry, the diff exceeded the maximum number of lines (${MOST_LINES})`)
  }
  return raw(diff, 'application/vnd.github.v3.diff; charset=utf-8')
}
