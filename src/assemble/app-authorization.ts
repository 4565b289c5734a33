import type { GitHub, RepositoryRef } from '../model/github.ts'

/** How long the list of repositories that the App is installed on is believed. */
const BELIEVED_MS = 300_000

/**
 * The `Authorization` header for git on a repository (`host/owner/name`) that the App is installed on; undefined for others. The
 * repositories are listed at most every five minutes.
 */
export function createAppAuthorization(
  github: Pick<GitHub, 'repositories' | 'gitAccess'>,
): (repository: string) => Promise<string | undefined> {
  let listed: { readonly at: number; readonly refs: Promise<RepositoryRef[]> } | undefined
  const list = () => {
    if (!listed || performance.now() - listed.at > BELIEVED_MS) {
      const refs = github.repositories()
      listed = { at: performance.now(), refs }
      refs.catch(() => {
        listed = undefined
      })
    }
    return listed.refs
  }
  return async (repository) => {
    const name = repository.split('/').slice(-2).join('/').toLowerCase()
    const ref = (await list()).find((candidate) => `${candidate.owner}/${candidate.name}`.toLowerCase() === name)
    return ref && (await github.gitAccess(ref)).authorization
  }
}
