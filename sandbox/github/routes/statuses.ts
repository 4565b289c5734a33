import { needs } from '../http/access.ts'
import { created, ok } from '../http/answer.ts'
import { actorAccount, actorApp } from '../http/caller.ts'
import { page } from '../http/pages.ts'
import { notFound, validationFailed } from '../http/refusal.ts'
import { actor, param, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import type { CommitStatus } from '../state/check.ts'
import { fullName } from '../state/repository.ts'
import { repositoryView } from '../views/repository.ts'
import { statusView } from '../views/status.ts'

const READ = needs('statuses:read')
const WRITE = needs('statuses:write')
const LONGEST_DESCRIPTION = 140
const MOST_OF_A_CONTEXT = 1000

/** Commit statuses. Check runs are not among them. */
export const statusRoutes: readonly Route[] = [
  repositoryRoute('POST', '/statuses/:sha', WRITE, async (call) => {
    const { world, repository, input } = call
    const sha = await commitOf(call, param(call, 'sha'))
    input.require('state')
    const description = input.nullableText('description') ?? null
    if (description && description.length > LONGEST_DESCRIPTION)
      throw validationFailed({
        resource: 'Status',
        field: 'description',
        code: 'custom',
        message: 'description is too long (maximum is 140 characters)',
      })
    const context = input.text('context') ?? 'default'
    if (statusesOf(call, sha).filter((status) => sameContext(status, context)).length >= MOST_OF_A_CONTEXT)
      throw validationFailed('This SHA and context has reached the maximum number of statuses.')
    const app = actorApp(call.caller)
    const status: CommitStatus = {
      id: world.nextId(),
      sha,
      context,
      state: input.choice('state', ['error', 'failure', 'pending', 'success']) ?? 'pending',
      description,
      targetUrl: input.nullableText('target_url') ?? null,
      creator: actorAccount(actor(call)),
      ...(app && { app }),
      createdAt: world.now(),
    }
    repository.statuses.push(status)
    world.changed(repository)
    return created(statusView(world, repository, status))
  }),

  repositoryRoute('GET', '/commits/:ref/statuses', READ, async (call) => {
    const found = statusesOf(call, await commitOf(call, param(call, 'ref'))).reverse()
    return page(call, found, (status) => statusView(call.world, call.repository, status))
  }),

  repositoryRoute('GET', '/commits/:ref/status', READ, async (call) => {
    const sha = await commitOf(call, param(call, 'ref'))
    const latest = [...new Map(statusesOf(call, sha).map((status) => [status.context.toLowerCase(), status])).values()]
    const api = `${call.world.apiUrl}/repos/${fullName(call.repository)}`
    return ok({
      state: combined(latest),
      statuses: latest.map((status) => statusView(call.world, call.repository, status)),
      sha,
      total_count: latest.length,
      repository: repositoryView(call.world, call.repository),
      commit_url: `${api}/commits/${sha}`,
      url: `${api}/commits/${sha}/status`,
    })
  }),
]

async function commitOf({ repository }: RepositoryCall, ref: string): Promise<string> {
  const sha = (await repository.git.tip(ref)) ?? (await repository.git.commitId(ref))
  if (!sha) throw notFound()
  return sha
}

function statusesOf({ repository }: RepositoryCall, sha: string): CommitStatus[] {
  return repository.statuses.filter((status) => status.sha === sha)
}

function sameContext(status: CommitStatus, context: string): boolean {
  return status.context.toLowerCase() === context.toLowerCase()
}

/** `pending` also when there is none. */
function combined(latest: readonly CommitStatus[]): 'failure' | 'pending' | 'success' {
  if (latest.some(({ state }) => state === 'error' || state === 'failure')) return 'failure'
  if (latest.length === 0 || latest.some(({ state }) => state === 'pending')) return 'pending'
  return 'success'
}
