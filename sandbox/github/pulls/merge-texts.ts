import { bodyText, subject } from '../git/commit.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { MergeRequest } from './merge-request.ts'

export interface MergeTexts {
  readonly title: string
  readonly message: string
}

/** What the merge or squash commit says: the caller's words, else what the repository's settings make of the pull request. */
export async function mergeTexts(
  repository: Repository,
  pull: PullRequest,
  request: MergeRequest,
  tip: string,
): Promise<MergeTexts> {
  const defaults =
    request.method === 'merge' ? mergeDefaults(repository, pull) : await squashDefaults(repository, pull, tip)
  return { title: request.title ?? defaults.title, message: request.message ?? defaults.message }
}

function mergeDefaults(repository: Repository, pull: PullRequest): MergeTexts {
  const { merge_commit_title, merge_commit_message } = repository.settings
  const from = `${pull.head.repository.owner.login}/${pull.head.ref}`
  const messages = { PR_BODY: pull.body ?? '', PR_TITLE: pull.title, BLANK: '' }
  return {
    title:
      merge_commit_title === 'PR_TITLE'
        ? `${pull.title} (#${pull.number})`
        : `Merge pull request #${pull.number} from ${from}`,
    message: messages[merge_commit_message],
  }
}

async function squashDefaults(repository: Repository, pull: PullRequest, tip: string): Promise<MergeTexts> {
  const { squash_merge_commit_title, squash_merge_commit_message } = repository.settings
  const ids = await repository.git.history(['--reverse', `${tip}..${pull.head.sha}`])
  const messages = await Promise.all(ids.map(async (id) => (await repository.git.commit(id)).message))
  const [only] = messages.length === 1 ? messages : []
  const title = squash_merge_commit_title === 'COMMIT_OR_PR_TITLE' && only ? subject(only) : pull.title
  const bodies = {
    PR_BODY: pull.body ?? '',
    COMMIT_MESSAGES: only === undefined ? messages.map((message) => `* ${message}`).join('\n\n') : bodyText(only),
    BLANK: '',
  }
  return { title: `${title} (#${pull.number})`, message: bodies[squash_merge_commit_message] }
}
