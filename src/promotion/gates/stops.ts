import { activeHold, type Lock } from '../state/state.ts'
import type { GateFacts } from './facts.ts'
import { blocked, passed, type Verdict, waits } from './verdict.ts'

type StopFacts = Pick<GateFacts, 'state' | 'environment' | 'pullRequest' | 'now'>

/** What people stopped: everything, the environment, or this pull request. */
export function stopGates({ state, environment, pullRequest, now }: StopFacts): Verdict[] {
  if (!state)
    return [blocked('STATE_UNKNOWN', 'Locks and holds cannot be read.', { unblock: 'Mend the branch lockstep/state.' })]
  const hold = activeHold(state, pullRequest, now)
  const locks = ['all', environment.name].flatMap((name) => state.locks.get(name) ?? [])
  const active = locks.filter(({ until }) => until === undefined || Date.parse(until) > now.getTime())
  return [
    hold
      ? waits('HELD', `Held by ${hold.by}${because(hold.reason)}.`, {
          since: hold.at,
          ...(hold.until && { opensAt: hold.until }),
          unblock: '/unhold',
          who: [hold.by, 'anybody with write access'],
        })
      : passed('NO_HOLD', 'Nobody holds this pull request.'),
    ...active.map(lockVerdict),
    ...(active.length === 0 ? [passed('NO_LOCK', `${environment.name} is not locked.`)] : []),
  ]
}

function lockVerdict({ environment, by, reason, at, until }: Lock): Verdict {
  const isStop = environment === 'all'
  const what = isStop ? 'Every environment' : environment
  return waits(isStop ? 'ALL_LOCKED' : 'LOCKED', `${what} is locked by ${by}${because(reason)}.`, {
    since: at,
    ...(until && { opensAt: until }),
    unblock: `/unlock ${environment}`,
    who: [by, 'anybody with write access'],
  })
}

function because(reason: string | undefined): string {
  return reason ? `: ${reason}` : ''
}
