import type { PullRequest, Review } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import type { ActiveRule } from './active-rules.ts'
import { standingVerdicts } from './approvals.ts'
import { missingOwners } from './code-owners.ts'
import { hasResults, type RequiredCheck, requiredChecksOf, standingOf } from './required-checks.ts'

/** Why rules hold a pull request back. `behind` is the strict policy's complaint, which GitHub shows as a state of its own. */
export interface Obstacle {
  readonly kind: 'queue' | 'review' | 'check' | 'behind' | 'method'
  /** GitHub's sentence in the 405. */
  readonly message: string
}

/** Everything that stands between a pull request and its merge under these rules, in the order GitHub names it. */
export async function mergeObstacles(
  world: World,
  repository: Repository,
  pull: PullRequest,
  rules: readonly ActiveRule[],
): Promise<Obstacle[]> {
  const found: Obstacle[] = []
  for (const { rule } of rules) {
    if (rule.type === 'merge_queue')
      found.push({ kind: 'queue', message: 'Changes must be made through the merge queue' })
    if (rule.type === 'pull_request')
      found.push(...(await reviewObstacles(world, repository, pull, rule.parameters ?? {})))
    if (rule.type === 'required_status_checks') {
      const checks = requiredChecksOf(rule)
      const strict = rule.parameters?.strict_required_status_checks_policy === true
      if (strict && !(await containsBase(repository, pull))) {
        found.push({ kind: 'behind', message: `Head branch is out of date. Review and try the merge again.` })
      }
      found.push(...checkObstacles(repository, pull, checks))
    }
  }
  return found
}

async function reviewObstacles(
  world: World,
  repository: Repository,
  pull: PullRequest,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Obstacle[]> {
  const needed = Number(parameters.required_approving_review_count ?? 0)
  const verdicts = standingVerdicts(world, repository, pull)
  if (needed > 0 && verdicts.some((review) => review.state === 'CHANGES_REQUESTED')) {
    return [{ kind: 'review', message: 'Changes have been requested.' }]
  }
  const byLastPusher = parameters.require_last_push_approval === true ? pull.lastPusher : undefined
  const approvals = verdicts.filter((review) => review.state === 'APPROVED' && review.author.login !== byLastPusher)
  if (approvals.length >= needed) return ownerObstacles(world, repository, pull, { parameters, approvals })
  const reviews = needed === 1 ? 'approving review is' : 'approving reviews are'
  return [{ kind: 'review', message: `At least ${needed} ${reviews} required by reviewers with write access.` }]
}

async function ownerObstacles(
  world: World,
  repository: Repository,
  pull: PullRequest,
  { parameters, approvals }: { parameters: Readonly<Record<string, unknown>>; approvals: readonly Review[] },
): Promise<Obstacle[]> {
  if (parameters.require_code_owner_review !== true) return []
  const missing = await missingOwners(
    world,
    repository,
    pull,
    approvals.map(({ author }) => author.login),
  )
  if (missing.length === 0) return []
  const owners = missing.map((owner) => owner.replace(/^@/, ''))
  return [{ kind: 'review', message: `Waiting on code owner review from ${owners.join(', ')}.` }]
}

function checkObstacles(repository: Repository, pull: PullRequest, checks: readonly RequiredCheck[]): Obstacle[] {
  const sha = decidingCommit(repository, pull)
  return checks.flatMap((check) => {
    const standing = standingOf(repository, sha, check)
    if (standing === 'passed') return []
    return [{ kind: 'check' as const, message: checkMessage(repository, sha, check, standing) }]
  })
}

function checkMessage(repository: Repository, sha: string, check: RequiredCheck, standing: string): string {
  const name = `Required status check "${check.context}"`
  if (standing === 'failing') return `${name} is failing.`
  if (standing === 'pending') return `${name} is in progress.`
  const anybody = standingOf(repository, sha, { ...check, integrationId: undefined })
  if (anybody === 'expected') return `${name} is expected.`
  return `${name} was not set by the expected GitHub app.`
}

/** Results on the test merge, where there are any, decide instead of the head's. */
function decidingCommit(repository: Repository, pull: PullRequest): string {
  const current = pull.mergeability.state === 'known'
  return current && pull.testMerge && hasResults(repository, pull.testMerge) ? pull.testMerge : pull.head.sha
}

async function containsBase(repository: Repository, pull: PullRequest): Promise<boolean> {
  const tip = await repository.git.tip(pull.base.ref)
  return tip !== undefined && repository.git.isAncestor(tip, pull.head.sha)
}
