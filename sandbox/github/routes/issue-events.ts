import { needs } from '../http/access.ts'
import { page } from '../http/pages.ts'
import { type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import type { ForcePush } from '../state/repository.ts'
import { accountView } from '../views/account.ts'
import { nodeId } from '../views/node-id.ts'
import { repositoryApiUrl } from '../views/repository.ts'
import { issueOf } from './find.ts'

/** Oldest first. Of the events that GitHub keeps, only force-pushes are kept here. */
export const issueEventRoutes: readonly Route[] = [
  repositoryRoute('GET', '/issues/:number/events', needs(['issues:read', 'pull_requests:read']), (call) => {
    const pull = call.repository.pulls.get(issueOf(call).number)
    return page(call, pull?.forcePushes ?? [], (event) => forcePushView(call, event))
  }),
]

function forcePushView({ world, repository }: RepositoryCall, event: ForcePush): Record<string, unknown> {
  const api = repositoryApiUrl(world, repository)
  return {
    id: event.id,
    node_id: nodeId('HeadRefForcePushedEvent', event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: accountView(world, event.by),
    event: 'head_ref_force_pushed',
    commit_id: event.commit,
    commit_url: `${api}/commits/${event.commit}`,
    created_at: event.at,
    performed_via_github_app: null,
  }
}
