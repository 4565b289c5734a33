import { type EnvironmentConfig, upstreamOf } from '../../config/repository-config.ts'
import type { GateReason } from '../../model/gate.ts'
import { approvalGates } from './approvals.ts'
import type { GateFacts } from './facts.ts'
import { freezeGate } from './freeze.ts'
import { stopGates } from './stops.ts'
import { blocked, passed, type Verdict, waits } from './verdict.ts'
import type { Weakening } from './weakenings.ts'

/** What the people's gates of one environment judge by. */
export type PeopleFacts = Pick<GateFacts, 'now' | 'environment' | 'pullRequest' | 'headSha' | 'approval' | 'state'>

/** A pull request that changes what runs in an environment, and is not its promotion, meets that environment's own rule. */
export function directChangeReasons(facts: PeopleFacts, applications: readonly string[]): GateReason[] {
  const { environment } = facts
  const named = listed(applications)
  const note = passed('DIRECT_CHANGE', `${named} in ${environment.name} changes here directly, not by a promotion.`)
  if (environment.changes === 'refuse') return inEnvironment(environment, [refused(environment, named)])
  if (environment.changes === 'approvals')
    return inEnvironment(environment, [note, ...approvalGates(facts), freezeGate(facts), ...stopGates(facts)])
  // Where versions arrive, changing directly is how everything begins.
  return upstreamOf(environment).length > 0 ? inEnvironment(environment, [note]) : []
}

function refused(environment: EnvironmentConfig, named: string): Verdict {
  const { name } = environment
  const [first] = upstreamOf(environment)
  const unblock = first
    ? `Change ${first} instead, and promote with \`/promote ${name}\` once it is healthy there.`
    : 'Take the change out of this pull request.'
  return blocked('DIRECT_CHANGE_REFUSED', `${name} takes changes by promotion only; this changes ${named} there.`, {
    unblock,
  })
}

/** A configuration that lets more through than the base branch's needs those who may let through now. */
export function weakeningReasons(facts: PeopleFacts, found: readonly Weakening[]): GateReason[] {
  const { environment } = facts
  const [first, ...others] = found.map(({ rule, before, after }) => `\`${rule}\` from ${before} to ${after}`)
  const rest = others.length > 0 ? `, ${others.join(', ')}` : ''
  const message = `This weakens ${environment.name}: ${first}${rest}.`
  const { approvals, teams } = environment.gates
  if (approvals === 0 && teams.length === 0) return inEnvironment(environment, [passed('CONFIG_WEAKENS', message)])
  const people = approvalGates(facts)
  const isApproved = people.every(({ verdict }) => verdict === 'passed')
  const own = isApproved
    ? passed('CONFIG_WEAKENS', message)
    : waits('CONFIG_WEAKENS', message, {
        unblock: `Approval by those who approve promotions into ${environment.name}.`,
      })
  return inEnvironment(environment, [own, ...people])
}

function inEnvironment({ name }: EnvironmentConfig, verdicts: readonly Verdict[]): GateReason[] {
  return verdicts.map((verdict) => ({ environment: name, ...verdict }))
}

const MOST_NAMED = 5

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
