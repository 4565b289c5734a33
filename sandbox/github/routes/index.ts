import type { RateLimits } from '../http/rate-limit.ts'
import type { Route } from '../http/route.ts'
import { appRoutes } from './apps.ts'
import { branchRoutes } from './branches.ts'
import { checkSuiteRoutes } from './check-suites.ts'
import { checkRoutes } from './checks.ts'
import { collaboratorRoutes } from './collaborators.ts'
import { commitRoutes } from './commits.ts'
import { contentRoutes } from './contents.ts'
import { deploymentRoutes } from './deployments.ts'
import { gitDataRoutes } from './git-data.ts'
import { gitRefRoutes } from './git-refs.ts'
import { hookDeliveryRoutes } from './hook-deliveries.ts'
import { issueCommentRoutes } from './issue-comments.ts'
import { issueEventRoutes } from './issue-events.ts'
import { issueRoutes } from './issues.ts'
import { mergeRoutes } from './merges.ts'
import { pullContentRoutes } from './pull-contents.ts'
import { pullRoutes } from './pulls.ts'
import { rateLimitRoutes } from './rate-limit.ts'
import { reactionRoutes } from './reactions.ts'
import { repositoryRoutes } from './repositories.ts'
import { reviewRoutes } from './reviews.ts'
import { rulesetRoutes } from './rulesets.ts'
import { statusRoutes } from './statuses.ts'
import { teamRoutes } from './teams.ts'
import { userRoutes } from './users.ts'

/** Every route of the REST interface, one file a resource. The first that fits a path answers it. */
export function allRoutes(limits: RateLimits): readonly Route[] {
  return [
    ...appRoutes,
    ...hookDeliveryRoutes,
    ...userRoutes,
    ...teamRoutes,
    ...rateLimitRoutes(limits),
    ...repositoryRoutes,
    ...collaboratorRoutes,
    ...branchRoutes,
    ...rulesetRoutes,
    ...pullRoutes,
    ...pullContentRoutes,
    ...mergeRoutes,
    ...reviewRoutes,
    ...issueCommentRoutes,
    ...reactionRoutes,
    ...issueEventRoutes,
    ...issueRoutes,
    ...checkRoutes,
    ...checkSuiteRoutes,
    ...statusRoutes,
    ...deploymentRoutes,
    // These end in a path of any length and come last.
    ...commitRoutes,
    ...contentRoutes,
    ...gitRefRoutes,
    ...gitDataRoutes,
  ]
}
