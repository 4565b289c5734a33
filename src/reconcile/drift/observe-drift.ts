import type { DriftConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { failureProblems } from '../pass/failure.ts'
import { openSession, type TargetRequest } from '../pass/session.ts'
import type { ReconcilePorts } from '../ports.ts'
import { tellLook } from '../report/events/tell-events.ts'
import { withHealthTimes } from '../report/health-times.ts'
import { knownStatus, publishStatus } from '../report/publish-status.ts'
import { lastingProblems, unknownStatus } from '../report/status-after.ts'
import { marksOf } from '../targets/marks.ts'
import { toldConfiguration } from '../targets/told-configuration.ts'
import { type Observation, observeTarget } from './observe-target.ts'

/**
 * Looks at one target as it lives now and puts that on the board; a cluster that does not answer makes it Unknown. The problems of the last
 * pass stay until the next one. Answers what the board holds afterwards, and the late writes that were seen.
 */
export async function observeDrift(ports: ReconcilePorts, request: TargetRequest): Promise<Observation> {
  const { repository, target } = request
  const before = await knownStatus(ports, repository, target)
  const { status: seen, lateWrites } = await look(ports, request, before)
  const previous = await knownStatus(ports, repository, target)
  if (previous && previous.observedAt > seen.observedAt) return { status: previous, lateWrites }
  const status: TargetStatus = {
    ...withHealthTimes(seen, previous, { applied: false }),
    ...marksOf(previous),
    problems: [...lastingProblems(previous), ...seen.problems],
  }
  await publishStatus(ports, repository, status, previous, () => driftConfig(ports, request))
  await tellLook(ports, request, { status, previous })
  return { status, lateWrites }
}

async function look(
  ports: ReconcilePorts,
  request: TargetRequest,
  previous: TargetStatus | undefined,
): Promise<Observation> {
  try {
    return await observeTarget(await openSession(ports, request), previous ? { previous } : {})
  } catch (error) {
    const status = unknownStatus(request.target, previous, failureProblems(error), ports.clock.now())
    return { status, lateWrites: [] }
  }
}

/** The environment's drift policy by the default branch's last configuration that can be read; undefined while it is suspended, or there is none. */
export async function driftConfig(
  ports: ReconcilePorts,
  { repository, target }: TargetRequest,
): Promise<DriftConfig | undefined> {
  try {
    const source = await ports.source(repository)
    const told = await toldConfiguration(source)
    const environment = told?.config.environments.find(({ name }) => name === target.environment)
    return environment?.suspend ? undefined : environment?.drift
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}
