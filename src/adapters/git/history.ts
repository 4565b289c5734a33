import { LockstepError } from '../../model/errors.ts'
import type { Commit } from '../../model/mirror.ts'
import type { Git } from './run-git.ts'

const FIELDS = ['%H', '%T', '%P', '%an <%ae>', '%cI', '%s', '%B']
const FORMAT = `--format=${FIELDS.join('%x00')}`

/** Newest first along first parents; `path` keeps commits that change something below it. */
export async function readLog(
  git: Git,
  from: string,
  options: { path?: string; limit?: number } = {},
): Promise<Commit[]> {
  const limit = options.limit === undefined ? [] : [`--max-count=${Math.max(0, Math.trunc(options.limit))}`]
  const path = options.path === undefined ? [] : [options.path]
  const args = ['log', '--first-parent', '-z', '--encoding=UTF-8', '--no-show-signature', FORMAT, ...limit]
  const { stdout } = await git.run([...args, '--end-of-options', from, '--', ...path])
  return parseCommits(stdout.toString('utf8'))
}

export async function readCommit(git: Git, sha: string): Promise<Commit> {
  const [commit] = await readLog(git, sha, { limit: 1 })
  if (!commit) throw commitUnknown(sha)
  return commit
}

function parseCommits(output: string): Commit[] {
  const fields = output.split('\0')
  const commits: Commit[] = []
  for (let at = 0; at + FIELDS.length <= fields.length; at += FIELDS.length) {
    const [sha = '', tree = '', parents = '', author = '', date = '', subject = '', message = ''] = fields.slice(at)
    commits.push({
      sha,
      tree,
      parents: parents === '' ? [] : parents.split(' '),
      subject,
      message: message.trimEnd(),
      author,
      committedAt: new Date(date).toISOString(),
    })
  }
  return commits
}

export function commitUnknown(sha: string): LockstepError {
  return new LockstepError({
    code: 'GIT_COMMIT_UNKNOWN',
    message: `There is no commit ${sha} here.`,
    remedy: 'Fetch, and check that a force push has not removed it.',
  })
}
