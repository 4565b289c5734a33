import type { AfterRule } from '../../config/repository-config.ts'
import { targetId } from '../../model/target.ts'
import { isFresh } from '../../model/target-drift.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { driftBlocks } from './drift.ts'
import type { GateFacts, UpstreamFact } from './facts.ts'
import { blocked, passed, type Verdict, waits } from './verdict.ts'

/** Enough environments directly before this one run exactly the render that would be promoted, and are healthy. */
export function upstreamGate({
  upstream,
  environment,
  now,
}: Pick<GateFacts, 'upstream' | 'environment' | 'now'>): Verdict {
  if (satisfies(environment.after, healthyEnvironments(upstream, now)))
    return passed('UPSTREAM_HEALTHY', 'Upstream runs exactly this render and is healthy.')
  const faults = upstream.flatMap((fact) => upstreamFault(fact, now) ?? [])
  const worst = faults.find(({ verdict }) => verdict === 'blocked') ?? faults[0]
  return worst ?? blocked('FACTS_UNKNOWN', 'No upstream target is known.')
}

/** What one upstream target says about being promoted from; undefined when it is healthy at exactly this render. */
export function upstreamFault(fact: UpstreamFact, now: Date): Verdict | undefined {
  const { target, renderDigest, status, differs } = fact
  const name = targetId(target)
  if (differs) return waits('UPSTREAMS_DIFFER', `${target.environment} has other values than this promotion carries.`)
  if (!status || !isFresh(status, now))
    return blocked('FACTS_UNKNOWN', `Nothing newer than a minute is known about ${name}.`, {
      unblock: `Look at the worker of ${target.cluster}.`,
      ...(status && { since: status.observedAt }),
    })
  if (renderDigest === undefined || status.renderDigest !== renderDigest)
    return waits('UPSTREAM_NOT_APPLIED', notApplied(name, status))
  if (status.health === 'Healthy') return upstreamDrift(fact, status, now)
  const { unhealthySince: since } = status
  return waits('UPSTREAM_NOT_HEALTHY', unhealthy(name, status), { ...(since && { since }) })
}

/** What halts a wave halts what comes after the environment. */
function notApplied(name: string, { waitingFor }: TargetStatus): string {
  const because = waitingFor ? `: it waits for ${waitingFor}` : ''
  return `${name} does not run the render that would be promoted yet${because}.`
}

/** What somebody changed by hand is not what would be promoted, however healthy it is. */
function upstreamDrift({ target, drift }: UpstreamFact, status: TargetStatus, now: Date): Verdict | undefined {
  if (!drift || drift.pullRequests === 'warn' || status.suspended) return undefined
  const blocking = status.drift.filter((entry) => driftBlocks(entry, drift, now))
  const [first, ...others] = blocking.toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since))
  if (!first) return undefined
  const rest = others.length > 0 ? `, nor are ${others.length} more fields` : ''
  const message = `${targetId(target)} does not run what would be promoted: ${first.object}${first.path} is not as applied${rest}.`
  const unblock = `/heal ${target.environment} ${target.application}`
  return waits('UPSTREAM_DRIFTED', message, { since: first.since, unblock })
}

/** Names the object that is to blame, where its worker does. */
function unhealthy(name: string, { health, problems }: TargetStatus): string {
  const objects = problems.flatMap(({ object }) => object ?? [])
  const [first, ...others] = new Set(objects)
  const rest = others.length > 0 ? ` and ${others.length} more` : ''
  return first ? `${name} is ${health}: ${first}${rest}.` : `${name} is ${health}.`
}

/** Environments among the upstream ones all of whose targets are healthy at the render promoted. */
export function healthyEnvironments(upstream: readonly UpstreamFact[], now: Date): string[] {
  const byEnvironment = Map.groupBy(upstream, ({ target }) => target.environment)
  return [...byEnvironment]
    .filter(([, facts]) => facts.every((fact) => !upstreamFault(fact, now)))
    .map(([name]) => name)
}

/** True when these environments are enough for the rule. */
export function satisfies(after: AfterRule, environments: readonly string[]): boolean {
  const has = (name: string) => environments.includes(name)
  if ('all' in after) return after.all.every(has)
  return 'any' in after ? after.any.some(has) : after.of.filter(has).length >= after.atLeast
}
