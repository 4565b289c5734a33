import type { Route } from '../http/route.ts'
import { deploymentRoutes } from './deployments.ts'
import { issueCommentRoutes } from './issue-comments.ts'
import { mergeRoutes } from './merges.ts'
import { pullContentRoutes } from './pull-contents.ts'
import { pullRoutes } from './pulls.ts'
import { statusRoutes } from './statuses.ts'

/** Every route of the REST interface, one file a resource. */
export const ROUTES: readonly Route[] = [
  ...pullRoutes,
  ...pullContentRoutes,
  ...mergeRoutes,
  ...issueCommentRoutes,
  ...deploymentRoutes,
  ...statusRoutes,
]
