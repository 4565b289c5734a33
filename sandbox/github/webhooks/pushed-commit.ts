import type { Identity } from '../state/account.ts'
import type { Repository } from '../state/repository.ts'
import { accountOf } from '../views/commit.ts'
import { repositoryPageUrl } from '../views/repository.ts'
import type { World } from '../world.ts'

/** A commit in a `push` event, with the paths it touched. */
export async function pushedCommitView(
  world: World,
  repository: Repository,
  id: string,
): Promise<Record<string, unknown>> {
  const commit = await repository.git.commit(id)
  const paths = await touchedPaths(repository, id)
  return {
    id,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryPageUrl(world, repository)}/commit/${id}`,
    author: person(world, commit.author),
    committer: person(world, commit.committer),
    added: paths('A'),
    removed: paths('D'),
    modified: paths('M'),
  }
}

function person(world: World, identity: Identity): Record<string, unknown> {
  const account = accountOf(world, identity)
  const { name, email, date } = identity
  return { name, email, date, ...(account ? { username: account.login } : {}) }
}

async function touchedPaths(repository: Repository, id: string): Promise<(letter: string) => string[]> {
  const args = ['diff-tree', '-r', '--root', '--no-commit-id', '--name-status', '--no-renames', '-z', id]
  const fields = (await repository.git.text(args)).split('\0')
  const changes: { letter: string; path: string }[] = []
  for (let index = 0; index + 1 < fields.length; index += 2) {
    changes.push({ letter: fields[index] === 'T' ? 'M' : (fields[index] ?? ''), path: fields[index + 1] ?? '' })
  }
  return (letter) => changes.filter((change) => change.letter === letter).map((change) => change.path)
}
