import { changedFiles } from '../git/changed-files.ts'
import { needs } from '../http/access.ts'
import { page } from '../http/pages.ts'
import { type Route, repositoryRoute } from '../http/route.ts'
import { commitView } from '../views/commit.ts'
import { fileView } from '../views/file.ts'
import { pullOf } from './find.ts'

const MOST_FILES = 3000
const MOST_COMMITS = 250
const READ = needs('pull_requests:read')

export const pullContentRoutes: readonly Route[] = [
  repositoryRoute('GET', '/pulls/:number/files', READ, async (call) => {
    const { world, repository } = call
    const { head, base } = pullOf(call)
    const from = (await repository.git.mergeBase(base.sha, head.sha)) ?? base.sha
    const files = await changedFiles(repository.git, from, head.sha)
    return page(call, files.slice(0, MOST_FILES), (file) => fileView(world, repository, file, head.sha))
  }),

  repositoryRoute('GET', '/pulls/:number/commits', READ, async (call) => {
    const { world, repository } = call
    const { head, base } = pullOf(call)
    const ids = await repository.git.history(['--reverse', `${base.sha}..${head.sha}`])
    return page(call, ids.slice(0, MOST_COMMITS), (id) => commitView(world, repository, id))
  }),
]
