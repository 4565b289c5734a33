import { needs } from '../http/access.ts'
import { created, noContent, ok } from '../http/answer.ts'
import { actorAccount, actorApp } from '../http/caller.ts'
import { page } from '../http/pages.ts'
import { validationFailed } from '../http/refusal.ts'
import { actor, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { checkBody } from '../issues/body.ts'
import { nextNumber } from '../issues/numbers.ts'
import type { Issue } from '../state/issue.ts'
import { issueView } from '../views/issue.ts'
import { labelView } from '../views/label.ts'
import { emit } from '../webhooks/emit.ts'
import { issueOf, issuesDisabled } from './find.ts'

const READ = needs(['issues:read', 'pull_requests:read'])
const TRIAGE = needs(['issues:write', 'pull_requests:write'], 'triage')

export const issueRoutes: readonly Route[] = [
  repositoryRoute('GET', '/issues', needs('issues:read'), (call) => {
    const state = call.query.get('state') ?? 'open'
    const issues = [...call.repository.issues.values()].filter((issue) => state === 'all' || issue.state === state)
    return page(call, issues.reverse(), (issue) => view(call, issue))
  }),

  repositoryRoute(
    'POST',
    '/issues',
    needs('issues:write', 'read'),
    async (call) => {
      if (!call.repository.settings.has_issues) throw issuesDisabled()
      const issue = newIssue(call)
      call.repository.issues.set(issue.number, issue)
      await announce(call, issue, 'opened')
      return created(view(call, issue), String(view(call, issue).url))
    },
    { createsContent: true },
  ),

  repositoryRoute('GET', '/issues/:number', READ, (call) => ok(view(call, issueOf(call)))),

  repositoryRoute('POST', '/issues/:number/labels', TRIAGE, (call) => {
    const issue = issueOf(call)
    issue.labels = [...new Set([...issue.labels, ...(call.input.texts('labels') ?? [])])]
    return ok(issue.labels.map((name) => labelView(call.world, call.repository, name)))
  }),

  repositoryRoute('PUT', '/issues/:number/lock', needs(['issues:write', 'pull_requests:write'], 'write'), (call) => {
    issueOf(call).locked = true
    return noContent()
  }),

  repositoryRoute('DELETE', '/issues/:number/lock', needs(['issues:write', 'pull_requests:write'], 'write'), (call) => {
    issueOf(call).locked = false
    return noContent()
  }),
]

function newIssue(call: RepositoryCall): Issue {
  const { input, world, repository } = call
  const title = input.text('title')
  const body = input.nullableText('body') ?? null
  if (!title) throw validationFailed({ resource: 'Issue', code: 'missing_field', field: 'title' })
  checkBody('Issue', body)
  const app = actorApp(call.caller)
  const now = world.now()
  return {
    id: world.nextId(),
    number: nextNumber(repository),
    author: actorAccount(actor(call)),
    ...(app ? { app } : {}),
    createdAt: now,
    updatedAt: now,
    title,
    body,
    state: 'open',
    locked: false,
    labels: input.texts('labels') ?? [],
    reactions: [],
  }
}

function view(call: RepositoryCall, issue: Issue): Record<string, unknown> {
  return issueView(call.world, call.repository, issue, call.caller)
}

async function announce(call: RepositoryCall, issue: Issue, action: string): Promise<void> {
  const { world, repository } = call
  await emit(world, {
    event: 'issues',
    action,
    repository,
    sender: actorAccount(actor(call)),
    payload: (viewer) => ({ issue: issueView(world, repository, issue, viewer) }),
  })
}
