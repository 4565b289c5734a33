import type { ChangedFile } from '../git/changed-files.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { repositoryApiUrl, repositoryPageUrl } from './repository.ts'

/** A changed file of a pull request, commit or comparison. `sha` is the commit to link to. */
export function fileView(
  world: World,
  repository: Repository,
  file: ChangedFile,
  sha: string,
): Record<string, unknown> {
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repositoryPageUrl(world, repository)}/blob/${sha}/${path}`,
    raw_url: `${repositoryPageUrl(world, repository)}/raw/${sha}/${path}`,
    contents_url: `${repositoryApiUrl(world, repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  }
}
