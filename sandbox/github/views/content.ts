import type { TreeEntry } from '../git/trees.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { repositoryApiUrl, repositoryPageUrl } from './repository.ts'

/** A file, directory, link or submodule of the contents API, without its bytes. */
export function entryView(
  world: World,
  repository: Repository,
  entry: TreeEntry,
  ref: string,
): Record<string, unknown> {
  const path = entry.path.split('/').map(encodeURIComponent).join('/')
  const kind = entry.type === 'tree' ? 'tree' : 'blob'
  const url = `${repositoryApiUrl(world, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`
  const git = `${repositoryApiUrl(world, repository)}/git/${kind}s/${entry.sha}`
  const html = `${repositoryPageUrl(world, repository)}/${kind}/${ref}/${path}`
  return {
    name: entry.path.split('/').at(-1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: git,
    download_url: kind === 'blob' ? `${repositoryPageUrl(world, repository)}/raw/${ref}/${path}` : null,
    type: typeOf(entry),
    _links: { self: url, git, html },
  }
}

/** In lists a submodule has the type `file`, for the sake of old clients. */
function typeOf(entry: TreeEntry): string {
  if (entry.type === 'tree') return 'dir'
  return entry.mode === '120000' ? 'symlink' : 'file'
}
