import { randomUUID } from 'node:crypto'
import { holdsCommand } from '../handlers/command-comment.ts'
import { sweep } from '../handlers/sweep.ts'
import { repositoryName } from '../model/github.ts'
import { type Job, jobId } from '../model/job.ts'
import type { JobHandler } from '../model/job-queue.ts'
import type { Outcome } from '../model/outcome.ts'
import { announceGate } from '../preview/announce-gate.ts'
import { followBase } from '../preview/follow-base.ts'
import { previewMergeGroup } from '../preview/preview-merge-group.ts'
import { previewPullRequest } from '../preview/preview-pull-request.ts'
import { regateEnvironment } from '../preview/regate-environment.ts'
import { warmBase } from '../preview/warm-base.ts'
import { handleCommand } from '../promotion/commands/handle-command.ts'
import { pressButton } from '../promotion/commands/press-button.ts'
import { advancePromotions } from '../promotion/pulls/advance-promotions.ts'
import { watchVersions } from '../promotion/versions/watch-versions.ts'
import type { ReconcilePorts } from '../reconcile/ports.ts'
import { dispatchRepository } from '../reconcile/targets/dispatch-targets.ts'
import { dispatchLeft } from '../reconcile/targets/left-targets.ts'
import { settleTarget } from '../reconcile/targets/settle-target.ts'
import { fetchFor } from './fetch-for.ts'
import { previewPorts, promotionPorts, reconcilePorts, warmPorts, watchPorts } from './ports.ts'
import type { Services } from './services.ts'

/** Job kind → use case; `portsOf` a repository (`owner/name`) are for reconciling. Logs and counts what became of it; what throws is the queue's to try again. */
export function createJobRunner(
  services: Services,
  portsOf = (repository: string) => reconcilePorts(services, repository),
): JobHandler {
  return async (job, signal) => {
    const started = Date.now()
    const spent = () => (Date.now() - started) / 1000
    try {
      const outcomes = await runJob(services, portsOf, job, signal)
      // A look at all promotions has an outcome for each application, and is one job nevertheless.
      for (const decision of new Set(outcomes.map((outcome) => outcome.decision)))
        services.metrics.job(job.kind, decision, spent())
      for (const outcome of outcomes) {
        await lookAgain(services, job, outcome)
        await goOn(services, job, outcome)
        if (outcome.decision !== 'nothing') services.log.info({ job: jobId(job), ...outcome }, 'job done')
      }
    } catch (error) {
      services.metrics.job(job.kind, 'error', spent())
      throw error
    }
  }
}

/** A verdict that time alone will change names when. */
async function lookAgain({ queue }: Services, job: Job, { code, details }: Outcome): Promise<void> {
  const delayMs = details?.againInMs
  if (typeof delayMs === 'number') await queue.add(laterLook(job, code), { delayMs })
}

/** A promotion whose gate has just turned green may merge. */
async function goOn({ queue }: Services, job: Job, { details }: Outcome): Promise<void> {
  if (details?.opensPromotion && 'repository' in job)
    await queue.add({ kind: 'promotions', repository: job.repository })
}

/** What was seen at first says nothing about the next look, and a wish that was granted is not granted twice. */
function laterLook(job: Job, code: string): Job {
  if (job.kind !== 'preview') return job
  const { seen, again, ...rest } = job
  return again && code === 'HEAD_MOVED' ? { ...rest, again } : rest
}

async function runJob(
  services: Services,
  portsOf: (repository: string) => ReconcilePorts,
  job: Job,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  if (job.kind === 'sweep') return runSweep(services)
  const access = await services.openRepository(job.repository)
  switch (job.kind) {
    case 'preview':
      return [await previewPullRequest(await previewPorts(services, access), job.number, signal, job)]
    case 'announce':
      return [await announceGate(access, job.number)]
    case 'base':
      return [await followBase({ ...access, queue: services.queue }, job, signal)]
    case 'warm':
      return [await warmBase(warmPorts(services, access), signal)]
    case 'group':
      return [await previewMergeGroup(await previewPorts(services, access), job, signal)]
    case 'action':
      return [await pressButton(await promotionPorts(services, access), job)]
    case 'command':
      return [await handleCommand(await promotionPorts(services, access), job)]
    case 'promotions':
      return advancePromotions(await promotionPorts(services, access))
    case 'versions':
      return watchVersions(watchPorts(services, access))
    case 'gates':
      return regateEnvironment(await previewPorts(services, access), job.environment, signal)
    case 'dispatch': {
      const look = randomUUID()
      await fetchFor(access.mirror, look)
      return [await dispatchRepository(heldSomewhere(services, portsOf(access.name), look, signal), job.repository)]
    }
    case 'left':
      if (job.look !== undefined) await fetchFor(access.mirror, job.look)
      await dispatchLeft(portsOf(access.name), job.repository, job.cluster)
      return []
    case 'reconcile': {
      const { repository, target, heal, look } = job
      if (look !== undefined) await fetchFor(access.mirror, look)
      return [await settleTarget(portsOf(access.name), { repository, target, ...(heal && { heal }), signal })]
    }
  }
}

/**
 * What is found due goes to whoever holds the cluster: another worker, with a mirror of its own that has to `look` as well. A cluster that
 * the operator has not registered is held by nobody, so what is wrong is told here.
 */
function heldSomewhere(
  { clusters }: Services,
  ports: ReconcilePorts,
  look: string,
  signal: AbortSignal,
): ReconcilePorts {
  const add: ReconcilePorts['queue']['add'] = async (job, options) => {
    if (job.kind !== 'reconcile' && job.kind !== 'left') return ports.queue.add(job, options)
    if (job.kind === 'left' || clusters.names.includes(job.target.cluster))
      return ports.queue.add({ ...job, look }, options)
    await settleTarget(ports, { repository: job.repository, target: job.target, signal })
  }
  return { ...ports, queue: { add } }
}

async function runSweep(services: Services): Promise<Outcome[]> {
  const { github, queue, log } = services
  const found = await sweep({
    github,
    queue,
    looksLikeCommand: holdsCommand,
    clock: () => github.now(),
    onFailure: (repository, error) =>
      log.warn({ err: error, repository: repositoryName(repository) }, 'a sweep failed'),
  })
  log.debug(found, 'swept')
  return []
}
