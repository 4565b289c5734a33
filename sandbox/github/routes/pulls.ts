import { needs } from '../http/access.ts'
import { created, ok } from '../http/answer.ts'
import { page } from '../http/pages.ts'
import { validationFailed } from '../http/refusal.ts'
import { actor, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { editPull } from '../pulls/edit.ts'
import { openPull } from '../pulls/open.ts'
import { advanceMergeability } from '../pulls/test-merge.ts'
import type { PullRequest } from '../state/pull-request.ts'
import { pullView, simplePullView } from '../views/pull-request.ts'
import { pullOf } from './find.ts'
import { pullDiff } from './pull-diff.ts'

const READ = needs('pull_requests:read')
const WRITE = needs('pull_requests:write', 'read')

export const pullRoutes: readonly Route[] = [
  repositoryRoute('GET', '/pulls', READ, (call) => {
    const { world, repository, caller } = call
    return page(call, listed(call), (pull) => simplePullView(world, repository, pull, caller))
  }),

  repositoryRoute(
    'POST',
    '/pulls',
    WRITE,
    async (call) => {
      const { world, repository, caller } = call
      const request = openRequest(call)
      const pull = await repository.git.exclusively(() => openPull(world, repository, actor(call), request))
      return created(await pullView(world, repository, pull, caller))
    },
    { createsContent: true },
  ),

  repositoryRoute('GET', '/pulls/:number', READ, async (call) => {
    const { world, repository, caller } = call
    const pull = pullOf(call)
    if (/\bdiff\b/.test(call.headers.get('accept') ?? '')) return pullDiff(repository, pull)
    const view = await pullView(world, repository, pull, caller)
    await advanceMergeability(world, repository, pull)
    return ok(withStaleHead(pull, view))
  }),

  repositoryRoute('PATCH', '/pulls/:number', WRITE, async (call) => {
    const { world, repository, caller, input } = call
    const pull = pullOf(call)
    const change = {
      title: input.text('title'),
      body: input.nullableText('body'),
      base: input.text('base'),
      state: input.choice('state', ['open', 'closed']),
    }
    await repository.git.exclusively(() => editPull(world, repository, pull, actor(call), change))
    return ok(await pullView(world, repository, pull, caller))
  }),
]

function openRequest(call: RepositoryCall): Parameters<typeof openPull>[3] {
  const { input } = call
  for (const field of ['title', 'head', 'base']) {
    if (!input.text(field)) throw validationFailed({ resource: 'PullRequest', code: 'missing_field', field })
  }
  return {
    title: input.requiredText('title'),
    body: input.nullableText('body') ?? null,
    head: input.requiredText('head'),
    base: input.requiredText('base'),
    draft: input.flag('draft') ?? false,
  }
}

function listed(call: RepositoryCall): PullRequest[] {
  const { query, repository } = call
  const state = query.get('state') ?? 'open'
  const head = query.get('head')
  const base = query.get('base')
  const pulls = [...repository.pulls.values()]
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => base === null || pull.base.ref === base)
    // Without `owner:` GitHub ignores the filter instead of refusing it.
    .filter((pull) => !head?.includes(':') || head === `${pull.head.repository.owner.login}:${pull.head.ref}`)
  return sorted(pulls, query)
}

function sorted(pulls: PullRequest[], query: URLSearchParams): PullRequest[] {
  const byUpdate = query.get('sort') === 'updated'
  const descends = (query.get('direction') ?? defaultDirection(query.get('sort'))) === 'desc'
  const key = (pull: PullRequest): string => (byUpdate ? pull.updatedAt : pull.createdAt)
  const ascending = pulls.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.number - b.number))
  return descends ? ascending.reverse() : ascending
}

/** GitHub's own: newest first without a sort or by creation, oldest first otherwise. */
function defaultDirection(sort: string | null): string {
  return sort === null || sort === 'created' ? 'desc' : 'asc'
}

/** Right after a push a read may still show the head before it. */
function withStaleHead(pull: PullRequest, view: Record<string, unknown>): Record<string, unknown> {
  const { staleHead } = pull
  if (!staleHead || staleHead.reads === 0) return view
  staleHead.reads -= 1
  return { ...view, head: { ...(view.head as object), sha: staleHead.sha } }
}
