import { createMemoryQueue } from '../../adapters/queue/memory-queue.ts'
import { LockstepError } from '../../model/errors.ts'
import type { JobHandler } from '../../model/job-queue.ts'
import { reconcileWithReport } from '../../reconcile/pass/reconcile-target.ts'
import { watchCluster } from '../../reconcile/watch/watch-targets.ts'
import type { Invocation } from '../command.ts'
import { printProblems } from '../print-problems.ts'
import { type OpenOptions, openTargets } from './open-targets.ts'
import type { TargetReport } from './report-json.ts'

const LOOK_MS = 2_000
const HEALTH_WAIT_MS = 1_500

/** Keeps reconciling until the signal: at once, whenever the files or the ref change, and when the cluster drifts. */
export async function reconcileOnAndOn(
  invocation: Invocation,
  options: OpenOptions & { heal: boolean },
  tell: (told: TargetReport) => void,
): Promise<void> {
  const { signal } = invocation
  const queue = createMemoryQueue()
  await using open = await openTargets(invocation, { ...options, queue, watches: 'all' })
  const { repository } = open
  const ports = { ...open.ports, settings: { ...open.ports.settings, healthWaitMs: HEALTH_WAIT_MS } }
  const run: JobHandler = async (job, jobSignal) => {
    if (job.kind !== 'reconcile') return
    const heal = options.heal || (job.heal ?? false)
    const report = await reconcileWithReport(ports, { repository, target: job.target, heal, signal: jobSignal })
    if (report.outcome.decision !== 'nothing') tell({ target: job.target, report })
  }
  queue.process(run, { lane: open.cluster.name })
  const members = async () => (await open.targets()).map((target) => ({ repository, target }))
  const watching = watchCluster(ports, { cluster: open.cluster.name, targets: members, signal })
  let revision = ''
  const follow = async () => {
    const newest = await (await ports.source(repository)).newest()
    if (newest.revision === revision) return
    revision = newest.revision
    for (const { target } of await members()) await queue.add({ kind: 'reconcile', repository, target })
  }
  while (!signal.aborted) {
    await follow().catch((error: unknown) => {
      if (!(error instanceof LockstepError)) throw error
      invocation.stderr(printProblems(error.problems, 'text'))
    })
    await ports.clock.sleep(LOOK_MS, signal)
  }
  await Promise.all([watching, queue.close(0)])
}
