import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { GateReason } from '../../model/gate.ts'
import { type Opener, remedyOf } from './blockers.ts'
import { freezeAt, opensAt } from './freeze-calendar.ts'

/** One promotion, open or not, and everything that was found out about it. */
export interface WhyFacts {
  /** Undefined where none is open. */
  readonly pullRequest: number | undefined
  readonly kind: 'promotion' | 'rollback'
  readonly application: string
  readonly environment: EnvironmentConfig
  /** Teams that may command in every environment; empty: anybody with write access. */
  readonly everywhere: readonly string[]
  readonly now: Date
  /** Gates, passed ones too, and what else keeps it from being opened or merged. */
  readonly reasons: readonly GateReason[]
}

/** One thing in the way, with the way out. */
export interface Blocker {
  readonly code: string
  readonly verdict: 'waits' | 'blocked'
  readonly message: string
  /** ISO 8601; undefined where nobody knows. */
  readonly since: string | undefined
  /** Who opens it, in words; undefined where it opens by itself. */
  readonly who: string | undefined
  /** The command, or a sentence. */
  readonly how: string
  /** ISO 8601: not before; undefined where nobody knows. */
  readonly opensAt: string | undefined
  /** Without a time of its own: open as soon as its people do what is said. */
  readonly atOnce: boolean
}

export interface Explanation extends Pick<WhyFacts, 'pullRequest' | 'application'> {
  readonly environment: string
  readonly blockers: readonly Blocker[]
  /** Codes of the gates that passed. */
  readonly passed: readonly string[]
  /** When all of it can be open at the earliest, if people do their part; undefined where the time of some blocker is unknown. */
  readonly earliest: Date | undefined
  /** It cannot be open before, whatever people do. */
  readonly notBefore: Date | undefined
  /** IANA zone in which its people read times. */
  readonly zone: string
}

/** What stands in the way, what has to be put right before what only waits, and when it may be over. */
export function explain(facts: WhyFacts): Explanation {
  const { pullRequest, application, environment, reasons } = facts
  const shut = reasons.filter(({ verdict }) => verdict !== 'passed')
  const blockers = [
    ...shut.filter(({ verdict }) => verdict === 'blocked'),
    ...shut.filter(({ verdict }) => verdict === 'waits'),
  ].map((reason) => blockerOf(reason, facts))
  const known = blockers.map((blocker) => blocker.opensAt).filter((time) => time !== undefined)
  const latest = outsideFreezes(facts, Math.max(facts.now.getTime(), ...known.map((time) => Date.parse(time))))
  return {
    pullRequest,
    application,
    environment: environment.name,
    blockers,
    passed: [...new Set(reasons.filter(({ verdict }) => verdict === 'passed').map(({ code }) => code))],
    earliest: blockers.every(({ opensAt: opens, atOnce }) => opens !== undefined || atOnce) ? latest : undefined,
    notBefore: latest && latest > facts.now ? latest : undefined,
    zone: zoneOf(facts),
  }
}

function blockerOf(reason: GateReason, facts: WhyFacts): Blocker {
  const { code, verdict, message, since, opensAt: opens, unblock, who } = reason
  const remedy = remedyOf(code)
  const how = unblock ?? remedy?.how ?? 'See its line in the list of reason codes.'
  return {
    code,
    verdict: verdict === 'blocked' ? 'blocked' : 'waits',
    message,
    since,
    who: who && who.length > 0 ? who.join(', ') : openers(remedy?.by ?? 'writers', facts),
    how: how.replaceAll('{env}', facts.environment.name).replaceAll('{app}', facts.application),
    opensAt: opens,
    atOnce: opens === undefined && remedy?.atOnce === true,
  }
}

const WRITERS = 'anybody with write access'

function openers(by: Opener, { environment, everywhere }: WhyFacts): string | undefined {
  switch (by) {
    case 'itself':
      return undefined
    case 'commanders':
      return membersOf(environment.commands?.teams ?? [])
    case 'all-commanders':
      return membersOf(everywhere)
    case 'writers':
      return WRITERS
    case 'rules':
      return 'whom the rules of the branch name'
    case 'operator':
      return 'whoever operates Lockstep'
  }
}

function membersOf(teams: readonly string[]): string {
  return teams.length > 0 ? `members of ${teams.join(' or ')}` : WRITERS
}

/** What opens while the calendar is closed, opens with the calendar. A rollback does not wait for it. */
function outsideFreezes({ kind, environment }: WhyFacts, time: number): Date | undefined {
  const at = new Date(time)
  return kind === 'rollback' ? at : opensAt(environment.freeze, at)
}

function zoneOf({ environment: { freeze }, now }: WhyFacts): string {
  return (freezeAt(freeze, now)?.window ?? freeze[0])?.timezone ?? 'UTC'
}
