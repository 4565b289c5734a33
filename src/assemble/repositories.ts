import { join } from 'node:path'
import { openMirror } from '../adapters/git/mirror.ts'
import { type GitHub, type GitHubRepository, type RepositoryRef, repositoryName } from '../model/github.ts'
import type { Mirror } from '../model/mirror.ts'

/** Everything about one repository that use cases ask for. */
export interface RepositoryAccess {
  readonly ref: RepositoryRef
  /** `owner/name`. */
  readonly name: string
  readonly repository: GitHubRepository
  readonly mirror: Mirror
}

/** Opens repositories once each; their mirrors live below `data`. */
export function createRepositories(github: GitHub, data: string): (ref: RepositoryRef) => Promise<RepositoryAccess> {
  const mirrors = new Map<string, Promise<Mirror>>()
  const mirrorOf = (ref: RepositoryRef): Promise<Mirror> => {
    const name = repositoryName(ref)
    const known = mirrors.get(name) ?? makeMirror(github, data, ref)
    mirrors.set(name, known)
    known.catch(() => mirrors.delete(name))
    return known
  }
  return async (ref) => ({
    ref,
    name: repositoryName(ref),
    repository: github.repository(ref),
    mirror: await mirrorOf(ref),
  })
}

async function makeMirror(github: GitHub, data: string, ref: RepositoryRef): Promise<Mirror> {
  const { url } = await github.gitAccess(ref)
  return openMirror({
    directory: join(data, 'mirrors', ref.owner, `${ref.name}.git`),
    url,
    access: async () => ({ authorization: (await github.gitAccess(ref)).authorization }),
  })
}
