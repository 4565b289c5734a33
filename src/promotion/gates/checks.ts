import type { CommitCheck } from '../../model/github.ts'
import type { GateFacts } from './facts.ts'
import { blocked, passed, type Verdict, waits } from './verdict.ts'

/** The checks and commit statuses that the environment names are green on the head; nothing else is green. */
export function checkGates({
  environment,
  checks,
  headSince,
}: Pick<GateFacts, 'environment' | 'checks' | 'headSince'>): Verdict[] {
  const required = environment.gates.checks
  if (required.length === 0) return []
  if (!checks) return [blocked('CHECKS_UNKNOWN', 'The checks of this commit cannot be read.')]
  const verdicts = required.flatMap((name) => checkVerdict(name, checks, headSince) ?? [])
  return verdicts.length > 0 ? verdicts : [passed('CHECKS_PASSED', `${required.join(', ')}: green on this commit.`)]
}

const RERUN = 'Run it again on GitHub, or mend what it found.'

/** Several apps may report under one name: each has to be green. */
function checkVerdict(
  name: string,
  checks: readonly CommitCheck[],
  headSince: string | undefined,
): Verdict | undefined {
  const own = checks.filter((check) => check.name === name)
  if (own.length === 0)
    return waits('CHECK_MISSING', `The check "${name}" has not reported on this commit yet.`, {
      ...(headSince && { since: headSince }),
    })
  const open = own.find(({ conclusion }) => conclusion === undefined)
  const bad = own.find(({ conclusion }) => conclusion !== undefined && conclusion !== 'success')
  if (bad && (bad.conclusion === 'neutral' || bad.conclusion === 'skipped'))
    return blocked('CHECK_SKIPPED', `The check "${name}" was ${bad.conclusion}, which is not a success here.`, {
      unblock: RERUN,
      ...sinceOf(bad),
    })
  if (bad)
    return blocked('CHECK_FAILED', `The check "${name}" says ${bad.conclusion}.`, { unblock: RERUN, ...sinceOf(bad) })
  return open && waits('CHECK_RUNNING', `The check "${name}" is not finished on this commit.`, sinceOf(open))
}

function sinceOf({ startedAt }: CommitCheck) {
  return startedAt ? { since: startedAt } : {}
}
