import { type ChangedFile, changedFiles } from '../git/changed-files.ts'
import { needs } from '../http/access.ts'
import { ok } from '../http/answer.ts'
import { page } from '../http/pages.ts'
import { notFound, Refusal, unprocessable } from '../http/refusal.ts'
import { param, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { commitView } from '../views/commit.ts'
import { fileView } from '../views/file.ts'
import { repositoryApiUrl, repositoryPageUrl } from '../views/repository.ts'
import { refuse } from './find.ts'

const READ = needs('contents:read')
const MOST_COMMITS = 250
const MOST_FILES = 300
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export const commitRoutes: readonly Route[] = [
  repositoryRoute('GET', '/commits', READ, async (call) => {
    const { query, repository, world } = call
    if (await repository.git.isEmpty()) throw new Refusal(409, 'Git Repository is empty.')
    const start = (await repository.git.commitId(query.get('sha') ?? repository.defaultBranch)) ?? refuse(notFound())
    const path = query.get('path')
    const ids = await repository.git.history(path ? [start, '--', path] : [start])
    return page(call, ids, (id) => commitView(world, repository, id))
  }),

  repositoryRoute('GET', '/commits/:ref{.+}', READ, async (call) => {
    const { repository, world } = call
    const ref = param(call, 'ref')
    const sha = (await repository.git.commitId(ref)) ?? refuse(unprocessable(`No commit found for SHA: ${ref}`))
    const [parent = EMPTY_TREE] = (await repository.git.commit(sha)).parents
    const files = await changedFiles(repository.git, parent, sha)
    return ok({
      ...(await commitView(world, repository, sha)),
      stats: stats(files),
      files: files.slice(0, MOST_FILES).map((file) => fileView(world, repository, file, sha)),
    })
  }),

  repositoryRoute('GET', '/compare/:range{.+}', READ, async (call) => {
    const [base = '', head = ''] = param(call, 'range').split('...')
    return ok(await comparison(call, await named(call, base), await named(call, head), `${base}...${head}`))
  }),
]

async function named(call: RepositoryCall, name: string): Promise<string> {
  const own = `${call.repository.owner.login}:`
  return (
    (await call.repository.git.commitId(name.startsWith(own) ? name.slice(own.length) : name)) ?? refuse(notFound())
  )
}

async function comparison(
  call: RepositoryCall,
  base: string,
  head: string,
  range: string,
): Promise<Record<string, unknown>> {
  const { repository, world } = call
  const { git } = repository
  const common = (await git.mergeBase(base, head)) ?? refuse(new Refusal(404, `No common ancestor between ${range}.`))
  const ahead = await git.history(['--reverse', `${base}..${head}`])
  const behind = await git.count(`${head}..${base}`)
  // Files come with the first page of commits only.
  const first = (Number(call.query.get('page')) || 1) === 1
  const files = first ? (await changedFiles(git, common, head)).slice(0, MOST_FILES) : []
  const url = `${repositoryApiUrl(world, repository)}/compare/${range}`
  const html = `${repositoryPageUrl(world, repository)}/compare/${range}`
  return {
    url,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: await commitView(world, repository, base),
    merge_base_commit: await commitView(world, repository, common),
    status: statusWord(ahead.length, behind),
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: await Promise.all(ahead.slice(0, MOST_COMMITS).map((id) => commitView(world, repository, id))),
    files: files.map((file) => fileView(world, repository, file, head)),
  }
}

function statusWord(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged'
  if (ahead > 0) return 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

function stats(files: readonly ChangedFile[]): Record<string, number> {
  const additions = files.reduce((sum, file) => sum + file.additions, 0)
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0)
  return { total: additions + deletions, additions, deletions }
}
