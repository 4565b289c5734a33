import { type EnvironmentConfig, upstreamOf } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import { agreements } from './agreements.ts'
import { planEdge } from './plan-edge.ts'
import type { Snapshot } from './snapshot.ts'
import { ruleFor } from './upstream-rule.ts'

const NOBODY: ReadonlySet<string> = new Set()

/**
 * Environments before this one that would promote something else than `from` does now: how healthy they are says nothing about what is
 * promoted. Those whose plan cannot be made are among them.
 */
export async function disagreeing(
  snapshot: Snapshot,
  application: string,
  environment: EnvironmentConfig,
  from: string,
): Promise<ReadonlySet<string>> {
  const names = upstreamOf({ after: ruleFor(snapshot, application, environment) })
  if (names.length < 2 || !names.includes(from)) return NOBODY
  const edge = { application, to: environment.name }
  const plans = await Promise.all(names.map((name) => planEdge(snapshot, { ...edge, from: name }).catch(notMade)))
  const group = agreements(plans.filter((plan) => plan !== undefined)).find((each) =>
    each.some((plan) => plan.from === from),
  )
  const agreed = new Set(group?.map((plan) => plan.from) ?? [from])
  return new Set(names.filter((name) => !agreed.has(name)))
}

function notMade(error: unknown): undefined {
  if (error instanceof LockstepError) return undefined
  throw error
}
