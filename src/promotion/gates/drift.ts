import type { DriftConfig } from '../../config/repository-config.ts'
import { targetId } from '../../model/target.ts'
import { isFresh } from '../../model/target-drift.ts'
import type { DriftEntry } from '../../model/target-status.ts'
import type { GateFacts } from './facts.ts'
import { blocked, passed, type Verdict } from './verdict.ts'

/** Live objects of the environment promoted to are as applied, as far as its rules ask. */
export function driftGate({ environment, targets, now, hideLive }: GateFacts): Verdict[] {
  const { drift } = environment
  if (drift.pullRequests === 'warn') return [passed('DRIFT_NONE', 'Drift does not block here.')]
  const known = targets.filter(({ status }) => status && isFresh(status, now))
  const entries = known.flatMap(({ status }) => status?.drift ?? [])
  const blocking = entries.filter((entry) => driftBlocks(entry, drift, now))
  const unknown = targets.filter((each) => !known.includes(each))
  const reasons = [
    ...blocking.map((entry) =>
      blocked('DRIFT_BLOCKS', driftSentence(entry, hideLive), {
        since: entry.since,
        unblock: `/heal ${environment.name}`,
      }),
    ),
    ...unknown.map(({ target, status }) =>
      blocked('FACTS_UNKNOWN', `Nothing newer than a minute is known about ${targetId(target)}.`, {
        unblock: `Look at the worker of ${target.cluster}.`,
        ...(status && { since: status.observedAt }),
      }),
    ),
  ]
  return reasons.length > 0 ? reasons : [passed('DRIFT_NONE', 'Live objects are as applied.')]
}

/** Drift that is about to be healed holds nothing back until that takes too long. */
export function driftBlocks(entry: DriftEntry, drift: DriftConfig, now: Date): boolean {
  const age = now.getTime() - Date.parse(entry.since)
  return drift.policy === 'report' || entry.contended === true || !(age <= drift.blockAfterMs)
}

function driftSentence({ object, path, desired, live, manager }: DriftEntry, hideLive: boolean): string {
  if (hideLive) return 'A live object is not as it was applied.'
  const by = manager ? `, written by ${manager}` : ''
  return path ? `${object}${path} is ${live} and should be ${desired}${by}.` : `${object} is ${live}${by}.`
}
