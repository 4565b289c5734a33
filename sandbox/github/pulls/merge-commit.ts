import { bodyText, subject } from '../git/commit.ts'
import { mergedTree, rebased } from '../git/merge.ts'
import { type Account, noreplyAddress, WEB_FLOW } from '../state/account.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import type { MergeRequest } from './merge-request.ts'
import { type MergeTexts, mergeTexts } from './merge-texts.ts'

/** The commit that brings a pull request onto `tip`, by the method asked for; undefined where they conflict. No ref moves. */
export async function mergeCommit(
  world: World,
  repository: Repository,
  pull: PullRequest,
  account: Account,
  request: MergeRequest,
  tip: string,
): Promise<string | undefined> {
  const committer = { ...WEB_FLOW, date: world.now() }
  const { git } = repository
  if (request.method === 'rebase') return rebased(git, tip, pull.head.sha, committer)
  const tree = await mergedTree(git, tip, pull.head.sha)
  if (tree === undefined) return undefined
  const texts: MergeTexts = await mergeTexts(repository, pull, request, tip)
  const author = { name: account.name, email: noreplyAddress(account), date: world.now() }
  const parents = request.method === 'merge' ? [tip, pull.head.sha] : [tip]
  return git.commitTree({ tree, parents, message: messageOf(texts), author, committer })
}

function messageOf({ title, message }: MergeTexts): string {
  const text = message ? `${title}\n\n${message}` : title
  return `${subject(text)}\n\n${bodyText(text)}`.trimEnd()
}
