import { createHash, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { leaseDurations } from '../reconcile/ownership/durations.ts'
import type { HeldLease } from '../reconcile/ownership/held-lease.ts'
import { keepLease, type LeaseClock } from '../reconcile/ownership/keep-lease.ts'
import { watchCluster } from '../reconcile/watch/watch-targets.ts'
import { type Holding, heldPorts } from './ports.ts'
import { createJobRunner } from './run-job.ts'
import type { Services } from './services.ts'
import { targetsOfCluster } from './targets-of-cluster.ts'
import { UnheldCluster } from './unheld-cluster.ts'

const AGAIN_MS = 5_000

const clock: LeaseClock = {
  now: () => new Date(),
  // Goes on while the process is stopped.
  elapsed: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
}

/**
 * Until the signal: contends for these clusters, and works on those it gets. Workers reach for them in different orders, and those that hold
 * fewer come first, so that several that start together share them.
 */
export async function holdClusters(services: Services, names: readonly string[], signal: AbortSignal): Promise<void> {
  const identity = `${hostname()}_${process.pid}_${randomUUID().slice(0, 8)}`
  const held = new Set<string>()
  const inOrder = names.toSorted((one, other) => rank(identity, one).localeCompare(rank(identity, other)))
  await Promise.all(inOrder.map((name) => holdOnAndOn(services, { name, identity, held, signal })))
}

function rank(identity: string, cluster: string): string {
  return createHash('sha256').update(`${identity}\n${cluster}`).digest('hex')
}

interface Contest {
  readonly name: string
  readonly identity: string
  readonly held: Set<string>
  readonly signal: AbortSignal
}

/** What cannot be opened now, or failed, is tried again. */
async function holdOnAndOn(services: Services, { name, identity, held, signal }: Contest): Promise<void> {
  const { clusters, config, log } = services
  const durations = leaseDurations(config.ownership.leaseMs)
  const unheld = new UnheldCluster(services, name)
  while (!signal.aborted) {
    try {
      const cluster = await clusters.openForLease(name, durations.grace)
      const namespace = config.inventoryNamespace
      const work = (lease: HeldLease) => workOn(services, name, lease)
      const onTrouble = (error: unknown) => unheld.tell(error)
      await keepLease({ cluster, namespace, identity, durations, clock, held, work, onTrouble, signal })
    } catch (error) {
      log.warn({ err: error, cluster: name }, 'a cluster cannot be held')
      await unheld.tell(error)
      await clock.sleep(AGAIN_MS, signal)
    }
  }
}

/** Runs the jobs of the cluster's lane and follows its objects for as long as it is held. */
async function workOn(services: Services, name: string, lease: HeldLease): Promise<void> {
  services.log.info({ cluster: name }, 'holding a cluster')
  const holding = { lease, term: randomUUID() }
  const run = createJobRunner(services, (repository) => heldPorts(services, holding, repository))
  const stop = services.queue.process(run, { lane: name })
  const stopped = new Promise<void>((resolve) => {
    lease.signal.addEventListener('abort', () => resolve(stop(0)))
    if (lease.signal.aborted) resolve(stop(0))
  })
  await Promise.all([stopped, watchOnAndOn(services, name, holding)])
  await services.views.release(name)
  services.log.info({ cluster: name }, 'no longer holding a cluster')
}

/** A watch that ends is begun again. */
async function watchOnAndOn(services: Services, cluster: string, holding: Holding): Promise<void> {
  const { signal } = holding.lease
  const targets = () => targetsOfCluster(services, cluster)
  while (!signal.aborted) {
    try {
      await watchCluster(heldPorts(services, holding), { cluster, targets, signal })
    } catch (error) {
      if (!signal.aborted) services.log.warn({ err: error, cluster }, 'a cluster cannot be watched')
    }
    await clock.sleep(AGAIN_MS, signal)
  }
}
