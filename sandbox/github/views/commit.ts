import type { Commit } from '../git/commit.ts'
import type { Account, Identity } from '../state/account.ts'
import { noreplyAddress } from '../state/account.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { accountView } from './account.ts'
import { nodeId } from './node-id.ts'
import { repositoryApiUrl, repositoryPageUrl } from './repository.ts'

/** The account whose address stands in a commit; undefined for strangers. */
export function accountOf(world: World, identity: Identity): Account | undefined {
  return world.accounts
    .values()
    .find((account) => identity.email === account.email || identity.email === noreplyAddress(account))
}

/** A commit as the commits API and comparisons show it. */
export async function commitView(world: World, repository: Repository, sha: string): Promise<Record<string, unknown>> {
  const commit = await repository.git.commit(sha)
  const api = repositoryApiUrl(world, repository)
  const author = accountOf(world, commit.author)
  const committer = accountOf(world, commit.committer)
  return {
    url: `${api}/commits/${sha}`,
    sha,
    node_id: nodeId('Commit', `${repository.id}:${sha}`),
    html_url: `${repositoryPageUrl(world, repository)}/commit/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    commit: {
      url: `${api}/git/commits/${sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      verification: verification(repository, commit),
    },
    author: author ? accountView(world, author) : null,
    committer: committer ? accountView(world, committer) : null,
    parents: parentViews(world, repository, commit),
  }
}

/** A commit as the Git database shows it. */
export async function gitCommitView(
  world: World,
  repository: Repository,
  sha: string,
): Promise<Record<string, unknown>> {
  const commit = await repository.git.commit(sha)
  const api = repositoryApiUrl(world, repository)
  return {
    sha,
    node_id: nodeId('Commit', `${repository.id}:${sha}`),
    url: `${api}/git/commits/${sha}`,
    html_url: `${repositoryPageUrl(world, repository)}/commit/${sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${api}/git/commits/${parent}`,
      html_url: `${repositoryPageUrl(world, repository)}/commit/${parent}`,
    })),
    verification: verification(repository, commit),
  }
}

function parentViews(world: World, repository: Repository, commit: Commit): Record<string, unknown>[] {
  return commit.parents.map((sha) => ({
    sha,
    url: `${repositoryApiUrl(world, repository)}/commits/${sha}`,
    html_url: `${repositoryPageUrl(world, repository)}/commit/${sha}`,
  }))
}

/** Only what GitHub itself wrote is signed here, and signed by GitHub. */
export function verification(repository: Repository, commit: Commit): Record<string, unknown> {
  const verified = repository.signed.has(commit.sha)
  return {
    verified,
    reason: verified ? 'valid' : 'unsigned',
    signature: verified ? '-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n' : null,
    payload: verified ? `tree ${commit.tree}\n` : null,
    verified_at: verified ? commit.committer.date : null,
  }
}
