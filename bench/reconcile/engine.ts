import { setTimeout as sleep } from 'node:timers/promises'
import { openCluster } from '../../src/adapters/kubernetes/open-cluster.ts'
import { createMemoryQueue } from '../../src/adapters/queue/memory-queue.ts'
import { createMemoryStatusBoard } from '../../src/adapters/status/memory-status-board.ts'
import { repositoryName } from '../../src/model/github.ts'
import type { JobHandler, JobQueue } from '../../src/model/job-queue.ts'
import type { Renderer } from '../../src/model/renderer.ts'
import type { Target } from '../../src/model/target.ts'
import type { StatusBoard } from '../../src/model/target-status.ts'
import type { Tree } from '../../src/model/tree.ts'
import { WatchedView } from '../../src/reconcile/live/watched-view.ts'
import { reconcileWithReport } from '../../src/reconcile/pass/reconcile-target.ts'
import type { ReconcilePorts } from '../../src/reconcile/ports.ts'
import type { ReconcileReport } from '../../src/reconcile/report/report.ts'
import { watchCluster } from '../../src/reconcile/watch/watch-targets.ts'

export const REPOSITORY = { installation: 1, owner: 'acme', name: 'load' }

export interface EngineOptions {
  readonly kubeconfig: string
  readonly context: string
  readonly renderer: Renderer
}

/** The engine as a worker opens it for one cluster, with a repository that is committed to by hand. */
export class Engine implements AsyncDisposable {
  readonly board: StatusBoard = createMemoryStatusBoard()
  readonly #ports: ReconcilePorts
  readonly #queue: JobQueue = createMemoryQueue()
  readonly #ending = new AbortController()
  readonly #close: () => Promise<void>
  #watching: Promise<void> | undefined
  #commits = new Map<string, Tree>()
  #tip = ''

  static async open(options: EngineOptions): Promise<Engine> {
    const cluster = await openCluster({ name: 'bench', ...options })
    return new Engine(cluster, options.renderer)
  }

  private constructor(cluster: Awaited<ReturnType<typeof openCluster>>, renderer: Renderer) {
    const view = new WatchedView(cluster, { inventoryNamespace: 'lockstep-system' })
    this.#close = async () => {
      await view.close()
      await cluster.close()
    }
    this.#ports = {
      cluster: async () => cluster,
      view: async () => view,
      source: async () => ({
        newest: async () => ({ revision: this.#tip, tree: this.#commits.get(this.#tip) as Tree }),
        tree: async (revision) => this.#commits.get(revision),
      }),
      renderer,
      board: this.board,
      queue: { add: async (job, more) => (this.#watching ? this.#queue.add(job, more) : undefined) },
      clock: {
        now: () => new Date(),
        sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
      },
      pruneConfirmed: async () => false,
      // Nothing gets healthy without controllers.
      settings: { healthDeadlineMs: 0 },
    }
  }

  /** A new tip of the default branch. */
  commit(revision: string, tree: Tree): void {
    this.#tip = revision
    this.#commits.set(revision, tree)
  }

  reconcile(target: Target): Promise<ReconcileReport> {
    return reconcileWithReport(this.#ports, { repository: REPOSITORY, target, signal: this.#ending.signal })
  }

  /** Targets whose status is on the board. */
  async known(): Promise<number> {
    return (await this.board.list(repositoryName(REPOSITORY))).filter(({ sync }) => sync !== 'Unknown').length
  }

  /** Follows the cluster from now on and heals drift through a queue, as a worker does. */
  watch(targets: readonly Target[]): void {
    const { signal } = this.#ending
    const run: JobHandler = async (job, jobSignal) => {
      if (job.kind !== 'reconcile') return
      const { repository, target, heal } = job
      await reconcileWithReport(this.#ports, { repository, target, ...(heal && { heal }), signal: jobSignal })
    }
    this.#queue.process(run, { lane: 'bench' })
    const members = targets.map((target) => ({ repository: REPOSITORY, target }))
    this.#watching = watchCluster(this.#ports, { cluster: 'bench', targets: async () => members, signal })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#queue.close(0)
    await this.#watching
    await this.#close()
  }
}
