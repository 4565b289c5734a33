import type { AfterRule } from '../../config/repository-config.ts'
import type { GateFacts } from './facts.ts'
import { healthyEnvironments } from './upstream.ts'
import { passed, type Verdict, waits } from './verdict.ts'

/**
 * The clock of an environment starts when the last of its targets became healthy at the render promoted, and again after each
 * degradation: workers forget since when a target is healthy as soon as it is not, or runs something else.
 */
export function soakGate({ upstream, environment, now }: Pick<GateFacts, 'upstream' | 'environment' | 'now'>): Verdict {
  const { soakMs } = environment.gates
  if (soakMs === 0) return passed('SOAK_PASSED', 'No soak time is asked for.')
  const since = healthySince({ upstream, environment, now })
  if (since + soakMs <= now.getTime()) return passed('SOAK_PASSED', 'Upstream has been healthy long enough.')
  if (since === NEVER) return waits('SOAK_WAITS', `Upstream must be healthy for ${lengthOf(soakMs)} first.`)
  const spent = lengthOf(Math.max(0, Math.floor((now.getTime() - since) / 1000) * 1000))
  return waits('SOAK_WAITS', `Upstream has been healthy for ${spent} of ${lengthOf(soakMs)}.`, {
    since: new Date(since).toISOString(),
    opensAt: new Date(since + soakMs).toISOString(),
  })
}

/** Epoch milliseconds since which enough of upstream is healthy; infinite where it is not. */
export function healthySince({
  upstream,
  environment,
  now,
}: Pick<GateFacts, 'upstream' | 'environment' | 'now'>): number {
  const healthy = healthyEnvironments(upstream, now)
  const sinceOf = (name: string) => {
    const own = upstream.filter(({ target }) => target.environment === name)
    const times = own.map(({ status }) => Date.parse(status?.healthySince ?? ''))
    return healthy.includes(name) ? Math.max(...times.map((time) => (Number.isNaN(time) ? NEVER : time))) : NEVER
  }
  return decisive(environment.after, sinceOf)
}

const NEVER = Number.POSITIVE_INFINITY

/** The time by which enough environments for the rule were healthy: the last of all, the first of any, the n-th of a quorum. */
function decisive(after: AfterRule, sinceOf: (name: string) => number): number {
  if ('all' in after) return Math.max(...after.all.map(sinceOf))
  if ('any' in after) return Math.min(...after.any.map(sinceOf))
  return after.of.map(sinceOf).toSorted((a, b) => (a < b ? -1 : 1))[after.atLeast - 1] ?? NEVER
}

/** `26 min`, `1 h 5 min`, `40 s`; seconds only below two minutes. */
export function lengthOf(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 120 && seconds % 60 !== 0) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes <= 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}
