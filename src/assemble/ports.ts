import { randomUUID } from 'node:crypto'
import { setImmediate as otherWork, setTimeout as sleep } from 'node:timers/promises'
import { loadRepositoryConfig } from '../config/load.ts'
import { LockstepError } from '../model/errors.ts'
import type { IgnoredDrift } from '../model/ignored-drift.ts'
import type { PreviewPorts } from '../preview/ports.ts'
import type { WarmPorts } from '../preview/warm-base.ts'
import { changeGateReasons } from '../promotion/gates/change-gates.ts'
import { listIgnoredDrift } from '../promotion/gates/ignored-drift.ts'
import { promotionGateReasons } from '../promotion/gates/promotion-gates.ts'
import type { PromotionPorts } from '../promotion/ports.ts'
import { isPruneConfirmed } from '../promotion/state/ledger.ts'
import type { WatchPorts } from '../promotion/versions/watch-versions.ts'
import type { HeldLease } from '../reconcile/ownership/held-lease.ts'
import { ownedBoard } from '../reconcile/ownership/owned-board.ts'
import { ownedCluster } from '../reconcile/ownership/owned-cluster.ts'
import type { ReconcilePorts } from '../reconcile/ports.ts'
import { sourceOfMirror } from '../reconcile/targets/mirror-source.ts'
import { fetchFor } from './fetch-for.ts'
import type { RepositoryAccess } from './repositories.ts'
import type { Services } from './services.ts'

const PROCESS = randomUUID()
/** Small things come up in that time; for the others a pass need not stay. */
const HEALTH_WAIT_MS = 1_500

export async function promotionPorts(services: Services, access: RepositoryAccess): Promise<PromotionPorts> {
  return {
    repository: access.repository,
    mirror: access.mirror,
    renderer: services.renderer.forGroup({ name: access.name, priority: 'preview' }),
    statusBoard: services.board,
    queue: services.queue,
    monitoring: { measure: (query) => services.monitoring.measure(access.name, query) },
    fingerprint: services.fingerprint,
    clock: () => services.github.now(),
    loadConfig: loadRepositoryConfig,
    process: PROCESS,
    app: await services.github.botLogin(),
  }
}

export async function previewPorts(services: Services, access: RepositoryAccess): Promise<PreviewPorts> {
  const promotion = await promotionPorts(services, access)
  return {
    repository: access.repository,
    mirror: access.mirror,
    renderer: services.renderer.forGroup({ name: access.name, priority: 'preview' }),
    statusBoard: services.board,
    promotionGates: (pull) => promotionGateReasons(promotion, pull),
    changeGates: (pull, change) => changeGateReasons(promotion, pull, change),
    ignoredDrift: () => knownIgnored(access),
    fingerprint: services.fingerprint,
    clock: () => services.github.now(),
  }
}

/** What cannot be read is not ignored: drift then holds back as it would. */
async function knownIgnored(access: RepositoryAccess): Promise<readonly IgnoredDrift[]> {
  try {
    return await listIgnoredDrift(access)
  } catch (error) {
    if (error instanceof LockstepError && error.kind !== 'unreachable') return []
    throw error
  }
}

export function warmPorts({ renderer }: Services, { name, repository, mirror }: RepositoryAccess): WarmPorts {
  return { repository, mirror, renderer: renderer.forGroup({ name, priority: 'background' }) }
}

export function watchPorts({ registries }: Services, { name, repository, mirror }: RepositoryAccess): WatchPorts {
  return {
    repository,
    mirror,
    registries: registries(name),
    isBefore: (commit, other) => mirror.isAncestor(commit, other),
    pause: otherWork,
    loadConfig: loadRepositoryConfig,
    async open(sha) {
      if (!(await mirror.resolve(sha))) await mirror.fetch()
      const { message, parents } = await mirror.commit(sha)
      return { tree: await mirror.tree(sha), message, parents }
    },
  }
}

/**
 * For one repository (`owner/name`), only the clusters it may use, and its turn among the others; without, for watching clusters as a
 * whole, behind everything that people wait for.
 */
export function reconcilePorts(services: Services, repository?: string): ReconcilePorts {
  return {
    cluster: (name, owner) => services.clusters.open(name, owner?.repository ?? repository, owner?.environment),
    clusters: () =>
      services.clusters.names.filter((name) => repository === undefined || services.clusters.mayUse(name, repository)),
    view: async ({ name }) => services.views.of(await services.clusters.open(name)),
    heals: services.heals,
    async source(ref) {
      const access = await services.openRepository(ref)
      return sourceOfMirror(access.mirror, await access.repository.defaultBranch())
    },
    renderer: services.renderer.forGroup(
      repository === undefined ? { name: 'watch', priority: 'background' } : { name: repository, priority: 'preview' },
    ),
    board: services.board,
    queue: services.reconcileQueue,
    clock: {
      now: () => services.github.now(),
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
    },
    async pruneConfirmed(ref, target, revision) {
      const access = await services.openRepository(ref)
      return isPruneConfirmed(await promotionPorts(services, access), target, revision)
    },
    deployments: async (ref) => services.github.repository(ref).deployments,
    ...(services.events && { events: services.events }),
    settings: {
      inventoryNamespace: services.config.inventoryNamespace,
      healthWaitMs: HEALTH_WAIT_MS,
      namespacesOf: (cluster) => services.config.clusters.find(({ name }) => name === cluster)?.namespaces ?? [],
    },
  }
}

/**
 * As `reconcilePorts`, for the worker that holds the cluster: once it no longer does, it writes neither there nor about it. `term` is this
 * holding's id: what Git said before it began may be older than what the holder before had applied.
 */
export function heldPorts(services: Services, { lease, term }: Holding, repository?: string): ReconcilePorts {
  const ports = reconcilePorts(services, repository)
  return {
    ...ports,
    cluster: async (name, owner) => ownedCluster(await ports.cluster(name, owner), lease),
    async source(ref) {
      const { mirror } = await services.openRepository(ref)
      await fetchFor(mirror, term)
      return ports.source(ref)
    },
    board: ownedBoard(ports.board, lease),
  }
}

export interface Holding {
  readonly lease: HeldLease
  readonly term: string
}
