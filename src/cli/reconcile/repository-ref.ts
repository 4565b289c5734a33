import { basename } from 'node:path'
import { createGit } from '../../adapters/git/run-git.ts'
import { LockstepError } from '../../model/errors.ts'
import type { RepositoryRef } from '../../model/github.ts'

/**
 * Whose objects these are: labels in the cluster are made from `owner/name`, so the CLI and a worker must agree on it. Taken from
 * `--repository`, else from the clone's remote `origin`, else `local/<directory>`.
 */
export async function repositoryRef(root: string, option: string | undefined): Promise<RepositoryRef> {
  if (option !== undefined) return parseOption(option)
  const { stdout } = await createGit({ cwd: root }).run(['config', '--get', 'remote.origin.url'], { codes: [0, 1] })
  return parseRemoteUrl(stdout.toString().trim()) ?? { installation: 0, owner: 'local', name: basename(root) }
}

/** `https://host/owner/name.git`, `git@host:owner/name`; undefined for what has no owner. */
export function parseRemoteUrl(url: string): RepositoryRef | undefined {
  const match =
    /^(?:https?:\/\/|ssh:\/\/|[^/@]+@)[^/:]+(?::\d+(?=\/))?[/:](?:.*\/)?([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(url)
  return match ? { installation: 0, owner: match[1] as string, name: match[2] as string } : undefined
}

function parseOption(text: string): RepositoryRef {
  const [owner, name, more] = text.split('/')
  if (owner && name && more === undefined) return { installation: 0, owner, name }
  const message = `--repository ${text} is not OWNER/NAME.`
  throw new LockstepError({ code: 'OPTION_INVALID', message, remedy: 'Write e.g. acme/shop.' }, { kind: 'usage' })
}
