import { dirname } from 'node:path'
import type { Commit } from '../../model/mirror.ts'
import type { RemoteRepositoryPlace } from '../../model/remote-repository.ts'
import type { Tree } from '../../model/tree.ts'
import { requireGit } from './git-version.ts'
import { commitUnknown } from './history.ts'
import { openRemoteRepository } from './remote-snapshots.ts'
import { createRepositoryReader } from './repository-reader.ts'
import { createGit } from './run-git.ts'

/** Opens single commits of a remote repository with their messages, without history. Throws what git says where one is not there. */
export function openRemoteCommits(place: RemoteRepositoryPlace) {
  const remote = openRemoteRepository(place)
  const { directory } = place
  const reader = createRepositoryReader(createGit({ cwd: dirname(directory), gitDirectory: directory }), () => [])
  return async (sha: string): Promise<{ readonly tree: Tree; readonly commit: Commit }> => {
    await requireGit()
    const tree = await remote.open(sha)
    if (!tree) throw commitUnknown(sha)
    return { tree, commit: await reader.commit(sha) }
  }
}
