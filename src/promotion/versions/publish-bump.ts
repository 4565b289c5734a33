import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { outcome } from '../outcome-of.ts'
import { printBumpBody, printBumpTitle } from './bump-body.ts'
import { parseBumpMarker, sameVersions } from './bump-branch.ts'
import { type BumpPlace, type BumpWish, readBumpPlace } from './bump-place.ts'
import { type BumpPlan, planBump } from './bump-plan.ts'
import type { BumpPorts } from './bump-ports.ts'
import { writeBumpBranch } from './write-bump-branch.ts'

export interface PublishedBump {
  readonly outcome: Outcome
  readonly plan: BumpPlan
  readonly pull?: PullRequest
}

/**
 * Proposes the versions on the default branch's tip: one pull request an application, opened, or brought up to date in place with what it
 * proposes already. The same twice changes nothing, and each step finds what an earlier, broken-off one has left. Throws as `planBump` and
 * `chooseFirst` do, VERSION_OLDER also where the open pull request proposes a newer one.
 */
export async function publishBump(
  ports: BumpPorts,
  wish: BumpWish,
  { isDry = false }: { readonly isDry?: boolean } = {},
): Promise<PublishedBump> {
  const place = await readBumpPlace(ports, wish)
  const plan = await planBump(place.sources, { ...wish, ...place })
  const code = plan.carried.length === 0 ? 'NOTHING_TO_BUMP' : 'PLAN_SHOWN'
  if (isDry) return { outcome: outcome('nothing', code), plan, ...(place.pull && { pull: place.pull }) }
  if (plan.carried.length === 0) return closeEmpty(ports, place, plan)
  const closed = place.pull ? undefined : closedByPerson(place, plan)
  if (closed) return { outcome: outcome('nothing', 'BUMP_STAYS_CLOSED', about(plan, closed)), plan, pull: closed }
  const branch = await writeBumpBranch(ports, place, plan)
  if (branch !== 'written' && branch !== 'current') return { outcome: outcome('waiting', branch, about(plan)), plan }
  return ensurePull(ports, place, plan)
}

/** The default branch says it all: what is open would do nothing, unless a person added to it. */
async function closeEmpty(
  { repository }: BumpPorts,
  { pull, head }: BumpPlace,
  plan: BumpPlan,
): Promise<PublishedBump> {
  if (!pull || (head && !head.said)) return { outcome: outcome('nothing', 'NOTHING_TO_BUMP', about(plan)), plan }
  await repository.pulls.update(pull.number, { state: 'closed' })
  return { outcome: outcome('done', 'BUMP_CLOSED', about(plan, pull)), plan, pull }
}

function closedByPerson({ pulls }: BumpPlace, { versions }: BumpPlan): PullRequest | undefined {
  const [last] = pulls
  if (!last || last.state === 'open' || last.merged) return undefined
  return sameVersions(parseBumpMarker(last.body), versions) ? last : undefined
}

async function ensurePull({ repository }: BumpPorts, place: BumpPlace, plan: BumpPlan): Promise<PublishedBump> {
  const { pull, branch, defaultBranch } = place
  const text = { title: printBumpTitle(plan), body: printBumpBody(plan) }
  if (!pull) {
    const opened = await repository.pulls.create({ ...text, head: branch, base: defaultBranch })
    return { outcome: outcome('done', 'BUMP_OPENED', about(plan, opened)), plan, pull: opened }
  }
  const isSaid = sameVersions(parseBumpMarker(pull.body), plan.versions)
  if (isSaid) return { outcome: outcome('nothing', 'BUMP_CURRENT', about(plan, pull)), plan, pull }
  await repository.pulls.update(pull.number, text)
  return { outcome: outcome('done', 'BUMP_UPDATED', about(plan, pull)), plan, pull }
}

function about({ application, environment }: BumpPlan, pull?: PullRequest) {
  return { details: { application, environment, ...(pull && { pullRequest: pull.number }) } }
}
