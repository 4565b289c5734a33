import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { PullRequest, Review } from '../../model/github.ts'
import type { PromotionPorts } from '../ports.ts'
import type { ApprovalFacts } from './facts.ts'
import { knownFact } from './known-fact.ts'

/**
 * The reviews, and whose of them count now: of people with write access at this moment, and under four eyes of nobody who asked for
 * the promotion or committed to its branch. Undefined where any of it cannot be known.
 */
export function approvalFacts(
  ports: PromotionPorts,
  pull: PullRequest,
  environment: EnvironmentConfig,
  requestedBy: string | undefined,
): Promise<ApprovalFacts | undefined> {
  return knownFact(() => readApproval(ports, pull, environment, requestedBy))
}

async function readApproval(
  ports: PromotionPorts,
  pull: PullRequest,
  { gates }: EnvironmentConfig,
  requestedBy: string | undefined,
): Promise<ApprovalFacts | undefined> {
  const { pulls, people } = ports.repository
  const reviews = await pulls.reviews(pull.number)
  const asks = gates.fourEyes && (gates.approvals > 0 || gates.teams.length > 0)
  const own = asks ? await ownHands(ports, pull, requestedBy) : []
  if (!own) return undefined
  const logins = reviewerLogins(reviews).filter((login) => login !== pull.author.login && !own.includes(login))
  const rights = await Promise.all(logins.map((login) => people.permission(login)))
  const reviewers = logins.filter((_, i) => rights[i] === 'admin' || rights[i] === 'write')
  const teams = new Map<string, ReadonlySet<string>>()
  for (const team of gates.teams) {
    const members = await Promise.all(reviewers.map((login) => people.isTeamMember(team, login)))
    teams.set(team, new Set(reviewers.filter((_, i) => members[i])))
  }
  const excluded = own.filter((login) => login !== ports.app)
  return { reviews, reviewers: new Set(reviewers), excluded, teams }
}

/** Undefined where a commit of the branch is of nobody whom GitHub knows: it may be the reviewer's. */
async function ownHands(
  { repository }: PromotionPorts,
  pull: PullRequest,
  requestedBy: string | undefined,
): Promise<string[] | undefined> {
  const committers = await repository.pulls.committers(pull.number)
  const known = committers.filter((person) => person !== undefined)
  if (known.length < committers.length) return undefined
  const people = known.filter(({ bot }) => !bot).map(({ login }) => login)
  return [...new Set([...(requestedBy === undefined ? [] : [requestedBy]), ...people])]
}

function reviewerLogins(reviews: readonly Review[]): string[] {
  return [...new Set(reviews.filter(({ author }) => !author.bot).map(({ author }) => author.login))]
}
