import type { LockstepError } from '../../model/errors.ts'
import { activeHold, type Lock } from '../state/state.ts'
import type { GateFacts } from './facts.ts'
import { blocked, passed, type Verdict, waits } from './verdict.ts'

type StopFacts = Pick<GateFacts, 'state' | 'stateFault' | 'environment' | 'pullRequest' | 'now'>

/** What people stopped: everything, the environment, or this pull request. */
export function stopGates({ state, stateFault, environment, pullRequest, now }: StopFacts): Verdict[] {
  if (!state) return [unknownState(stateFault)]
  const hold = activeHold(state, pullRequest, now)
  const locks = ['all', environment.name].flatMap((name) => state.locks.get(name) ?? [])
  const active = locks.filter(({ until }) => until === undefined || Date.parse(until) > now.getTime())
  return [
    hold
      ? waits('HELD', `Held by ${hold.by}${because(hold.reason)}.`, {
          since: hold.at,
          ...(hold.until && { opensAt: hold.until }),
          unblock: '/unhold',
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
    unblock: isStop ? '/unlock all --reason …' : `/unlock ${environment}`,
  })
}

/** Without the state nobody knows what is held or locked: why it cannot be read says what to mend. */
function unknownState(fault: LockstepError | undefined): Verdict {
  const [problem] = fault?.problems ?? []
  const code = STATE_FAULTS.find((each) => each === fault?.code) ?? 'STATE_UNKNOWN'
  const message = `Locks and holds cannot be read${problem ? `: ${problem.message}` : '.'}`
  return blocked(code, message, { unblock: problem?.remedy ?? 'Mend the branch lockstep/state.' })
}

const STATE_FAULTS = ['STATE_MISSING', 'STATE_REWRITTEN', 'STATE_NOT_OURS'] as const

function because(reason: string | undefined): string {
  return reason ? `: ${reason}` : ''
}
