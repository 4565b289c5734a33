import { createHmac } from 'node:crypto'
import { Redis } from 'ioredis'
import { createGitHub } from '../adapters/github/create-github.ts'
import { GITHUB_PACING } from '../adapters/github/pacing.ts'
import { createMetrics, type Metrics } from '../adapters/http/metrics.ts'
import type { KustomizeRenderer } from '../adapters/kustomize/renderer.ts'
import { createMonitoring, type HttpMonitoring } from '../adapters/monitoring/http-monitoring.ts'
import { createBullQueue } from '../adapters/queue/bull-queue.ts'
import { createMemoryQueue } from '../adapters/queue/memory-queue.ts'
import type { QueueOptions } from '../adapters/queue/retry.ts'
import { createRegistries } from '../adapters/registry/open-registries.ts'
import { createMemoryStatusBoard } from '../adapters/status/memory-status-board.ts'
import { createRedisStatusBoard } from '../adapters/status/redis-status-board.ts'
import type { OperatorConfig } from '../config/operator-config.ts'
import type { GitHub, RepositoryRef } from '../model/github.ts'
import type { Fingerprint } from '../model/ignored-drift.ts'
import type { ImageRegistries } from '../model/image-registries.ts'
import { jobId } from '../model/job.ts'
import type { JobQueue } from '../model/job-queue.ts'
import type { StatusBoard } from '../model/target-status.ts'
import { HealMemory } from '../reconcile/heal/heal-memory.ts'
import { EventRecorder } from '../reconcile/report/events/event-recorder.ts'
import { createAppAuthorization } from './app-authorization.ts'
import { type Clusters, createClusters } from './clusters.ts'
import type { Log } from './log.ts'
import { paceGates } from './pace-gates.ts'
import { toRegistered } from './registered-lanes.ts'
import { createRenderer } from './renderer.ts'
import { createRepositories, type RepositoryAccess } from './repositories.ts'
import { createListedVendor } from './vendor.ts'
import { createViews, type Views } from './views.ts'

/** One process's adapters, built once. */
export interface Services {
  readonly config: OperatorConfig
  readonly log: Log
  readonly metrics: Metrics
  /** What gates ask for metrics. */
  readonly monitoring: HttpMonitoring
  /** Of images, as a repository (`owner/name`) may watch them. */
  readonly registries: (repository: string) => ImageRegistries
  readonly github: GitHub
  readonly queue: JobQueue
  /** The queue for reconciling: see `paceGates`. */
  readonly reconcileQueue: Pick<JobQueue, 'add'>
  readonly board: StatusBoard
  readonly renderer: KustomizeRenderer
  readonly clusters: Clusters
  readonly views: Views
  readonly heals: HealMemory
  /** Absent where the operator wants none. */
  readonly events?: EventRecorder
  /** Keyed by the App's private key. */
  readonly fingerprint: Fingerprint
  openRepository(ref: RepositoryRef): Promise<RepositoryAccess>
  close(): Promise<void>
}

export function createServices(config: OperatorConfig, log: Log): Services {
  const metrics = createMetrics()
  const github = createGitHub({
    appId: config.secrets.appId,
    privateKey: config.secrets.privateKey.reveal(),
    baseUrl: config.github.apiUrl,
    webUrl: config.github.url,
    pacing: {
      ...GITHUB_PACING,
      minGapMs: config.writes.minimalGapMs,
      writesPerMinute: config.writes.perMinute,
      creationsPerHour: config.writes.creationsPerHour,
    },
    observe: (call) => metrics.githubCall(call),
  })
  const clusters = createClusters(config.clusters, config.inventoryNamespace)
  const views = createViews(config.inventoryNamespace, (cluster, { kind }) => {
    metrics.viewDisagreement()
    log.warn({ cluster, kind }, 'objects were not known as they are; their kind is listed anew')
  })
  const redisUrl = config.secrets.redisUrl?.reveal()
  const redis = redisUrl === undefined ? undefined : new Redis(redisUrl, { maxRetriesPerRequest: 2 })
  redis?.on('error', (error) => log.warn({ err: error }, 'Redis does not answer'))
  const queue = toRegistered(createQueue(redisUrl, log), clusters)
  const vendor = createListedVendor({
    sources: config,
    data: config.data,
    env: process.env,
    appAuthorization: createAppAuthorization(github),
  })
  const renderer = createRenderer(config, vendor, log)
  return {
    config,
    log,
    metrics,
    monitoring: createMonitoring({ sources: config.metrics, env: process.env, now: Date.now }),
    registries: createRegistries({
      sources: config.registries,
      env: process.env,
      now: Date.now,
      observe: (call) => metrics.registryCall(call),
    }),
    github,
    queue,
    reconcileQueue: paceGates(queue),
    board: redis ? createRedisStatusBoard(redis) : createMemoryStatusBoard(),
    renderer,
    clusters,
    views,
    heals: new HealMemory(),
    ...(config.events && { events: new EventRecorder({ now: () => new Date() }) }),
    fingerprint: (text) => createHmac('sha256', config.secrets.privateKey.reveal()).update(text).digest('hex'),
    openRepository: createRepositories(github, config.data),
    async close() {
      await queue.close()
      await views.close()
      await clusters.close()
      await renderer.close()
      redis?.disconnect()
    },
  }
}

function createQueue(redisUrl: string | undefined, log: Log): JobQueue {
  const options: QueueOptions = {
    concurrency: 6,
    perGroup: 3,
    onFailure: ({ job, error, attempt, final }) =>
      log.error({ err: error, job: jobId(job), attempt, final }, final ? 'a job was given up' : 'a job failed'),
  }
  return redisUrl === undefined ? createMemoryQueue(options) : createBullQueue({ ...options, redisUrl })
}
