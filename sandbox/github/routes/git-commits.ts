import { wholeSeconds } from '../git/commit.ts'
import { actorAccount } from '../http/caller.ts'
import type { Input } from '../http/input.ts'
import { unprocessable } from '../http/refusal.ts'
import { actor, type RepositoryCall } from '../http/route.ts'
import { type Account, type Identity, noreplyAddress, WEB_FLOW } from '../state/account.ts'

/** Writes a commit object. GitHub signs it when an App leaves author, committer and signature to it. */
export async function createGitCommit(call: RepositoryCall): Promise<string> {
  const { input, repository, caller } = call
  const message = input.requiredText('message')
  const tree = await existing(call, input.requiredText('tree'), 'tree')
  const parents: string[] = []
  for (const parent of input.texts('parents') ?? []) parents.push(await existing(call, parent, 'commit'))
  const author = identityOf(call, input.object('author'))
  const leftToGitHub = !input.has('author') && !input.has('committer') && !input.has('signature')
  const signs = leftToGitHub && caller.kind === 'installation'
  const fallback = signs ? { ...WEB_FLOW, date: author.date } : author
  const committer = input.has('committer') ? identityOf(call, input.object('committer')) : fallback
  const sha = await repository.git.commitTree({ tree, parents, message, author, committer })
  if (signs) repository.signed.add(sha)
  return sha
}

async function existing(call: RepositoryCall, sha: string, type: string): Promise<string> {
  if ((await call.repository.git.objectType(sha)) === type) return sha
  throw unprocessable(
    type === 'tree' ? 'Tree SHA does not exist' : 'Parent SHA does not exist or is not a commit object',
  )
}

/** Who is named in the request; the caller where nobody is. */
export function identityOf(call: RepositoryCall, given: Input | undefined): Identity {
  const own = ownIdentity(call.world.now(), actorAccount(actor(call)))
  if (!given) return own
  const date = given.text('date')
  return {
    name: given.requiredText('name'),
    email: given.requiredText('email'),
    date: date === undefined ? own.date : wholeSeconds(new Date(date)),
  }
}

function ownIdentity(date: string, account: Account): Identity {
  return { name: account.name, email: noreplyAddress(account), date }
}
