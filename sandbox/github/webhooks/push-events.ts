import { ZERO } from '../git/repository.ts'
import { branchOfRef, type RefUpdate } from '../repositories/ref-update.ts'
import { noreplyAddress } from '../state/account.ts'
import type { Repository } from '../state/repository.ts'
import { repositoryPageUrl, repositoryView } from '../views/repository.ts'
import type { World } from '../world.ts'
import { emit } from './emit.ts'
import { pushedCommitView } from './pushed-commit.ts'

/** `commits` of one push end here. */
const MOST_COMMITS = 2048

/** `push` for one moved ref, and `create` or `delete` where it began or ended. */
export async function emitPush(world: World, repository: Repository, update: RefUpdate): Promise<void> {
  await emitPushItself(world, repository, update)
  if (update.before === ZERO) await emitCreateOrDelete(world, repository, update, 'create')
  if (update.after === ZERO) await emitCreateOrDelete(world, repository, update, 'delete')
}

async function emitPushItself(world: World, repository: Repository, update: RefUpdate): Promise<void> {
  const { ref, before, after, forced, pusher } = update
  const ids = after === ZERO ? [] : await pushedCommits(repository, update)
  const commits = await Promise.all(ids.map((id) => pushedCommitView(world, repository, id)))
  // An annotated tag names its commit.
  const tip = after === ZERO ? undefined : await repository.git.commitId(after)
  const head = tip === undefined ? null : await pushedCommitView(world, repository, tip)
  const page = repositoryPageUrl(world, repository)
  await emit(world, {
    event: 'push',
    repository,
    sender: pusher,
    payload: () => ({
      ref,
      before,
      after,
      repository: pushedRepository(world, repository),
      pusher: { name: pusher.login, email: noreplyAddress(pusher) },
      created: before === ZERO,
      deleted: after === ZERO,
      forced,
      base_ref: null,
      compare: `${page}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
      commits,
      head_commit: head,
    }),
  })
}

/** Oldest first: what the push brought to the ref, or for a new branch what no other branch had. */
async function pushedCommits(repository: Repository, update: RefUpdate): Promise<string[]> {
  const { ref, before, after } = update
  const known = before === ZERO ? ['--not', `--exclude=${branchOfRef(ref) ?? ''}`, '--branches'] : [`^${before}`]
  const range = before === ZERO ? [after, ...known] : [...known, after]
  const ids = await repository.git.history(['--reverse', ...range])
  return ids.slice(-MOST_COMMITS)
}

/** Two times of the repository are epoch seconds in this event only. */
function pushedRepository(world: World, repository: Repository): Record<string, unknown> {
  const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000)
  return {
    ...repositoryView(world, repository),
    created_at: seconds(repository.createdAt),
    pushed_at: seconds(repository.pushedAt),
    stargazers: 0,
    master_branch: repository.defaultBranch,
    ...(repository.owner.type === 'Organization' ? { organization: repository.owner.login } : {}),
  }
}

async function emitCreateOrDelete(
  world: World,
  repository: Repository,
  update: RefUpdate,
  event: 'create' | 'delete',
): Promise<void> {
  const short = update.ref.replace(/^refs\/(heads|tags)\//, '')
  const isTag = update.ref.startsWith('refs/tags/')
  const creation = { master_branch: repository.defaultBranch, description: repository.description }
  await emit(world, {
    event,
    repository,
    sender: update.pusher,
    payload: () => ({
      ref: short,
      ref_type: isTag ? 'tag' : 'branch',
      ...(event === 'create' ? creation : {}),
      pusher_type: 'user',
    }),
  })
}
