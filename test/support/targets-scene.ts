import { setTimeout as sleep } from 'node:timers/promises'
import { createKustomizeRenderer } from '../../src/adapters/kustomize/renderer.ts'
import { createMemoryStatusBoard } from '../../src/adapters/status/memory-status-board.ts'
import type { Track } from '../../src/config/repository-config.ts'
import type { Cluster } from '../../src/model/cluster.ts'
import { LockstepError } from '../../src/model/errors.ts'
import type { Job } from '../../src/model/job.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import type { Renderer } from '../../src/model/renderer.ts'
import { type Target, targetId } from '../../src/model/target.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { memoryTree, type Tree } from '../../src/model/tree.ts'
import { observeDrift } from '../../src/reconcile/drift/observe-drift.ts'
import type { PastCommit, ReconcilePorts } from '../../src/reconcile/ports.ts'
import { dispatchRepository } from '../../src/reconcile/targets/dispatch-targets.ts'
import { dispatchLeft } from '../../src/reconcile/targets/left-targets.ts'
import { settleTarget } from '../../src/reconcile/targets/settle-target.ts'
import { kustomizeForTests } from './kustomize.ts'

export const REPOSITORY = { installation: 1, owner: 'acme', name: 'shop' }
const MOST_JOBS = 50

type Files = Readonly<Record<string, string | null>>

/**
 * A repository in memory with branches, real kustomize, a queue that is worked off when told, and one real API server behind every
 * cluster's name. Inventories of a scene stand in a namespace of their own.
 */
export class TargetsScene {
  readonly board = createMemoryStatusBoard()
  readonly confirmed = new Set<string>()
  readonly ports: ReconcilePorts
  /** Milliseconds that the scene's clock is ahead. */
  ahead = 0
  /** Whatever comes of reading the repository. */
  unreadable: Error | undefined
  readonly #branches = new Map<string, Tree>()
  /** Of main, oldest first. */
  readonly #history: PastCommit[] = []
  readonly #trees = new Map<string, Tree>()
  readonly #contents = new Map<string, Map<string, string>>()
  #jobs: { job: Job; delayMs: number }[] = []

  private constructor(cluster: () => Cluster, clusters: readonly string[], renderer: Renderer, name: string) {
    this.ports = {
      cluster: async () => cluster(),
      clusters: () => clusters,
      source: async () => ({
        newest: async (track) => this.#newest(track),
        tree: async (revision) => this.#trees.get(revision),
        history: async () => this.#history.toReversed(),
      }),
      renderer,
      board: this.board,
      queue: { add: async (job, { delayMs = 0 } = {}) => this.#add(job, delayMs) },
      clock: {
        now: () => new Date(Date.now() + this.ahead),
        sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
      },
      pruneConfirmed: async (_repository, _target, revision) => this.confirmed.has(revision),
      settings: { healthDeadlineMs: 0, inventoryNamespace: `inventories-${name}` },
    }
  }

  static async open(cluster: () => Cluster, name: string, clusters: readonly string[]): Promise<TargetsScene> {
    const renderer = createKustomizeRenderer({ binary: await kustomizeForTests() })
    return new TargetsScene(cluster, clusters, renderer, name)
  }

  /** Changes files of a branch (null deletes); directories of YAML get their kustomization. Answers the revision. */
  commit(changes: Files, branch = 'main'): string {
    const files = new Map(this.#contents.get(branch) ?? this.#contents.get('main'))
    for (const [path, content] of Object.entries(changes)) {
      if (content === null) files.delete(path)
      else files.set(path, content)
    }
    this.#contents.set(branch, files)
    const tree = memoryTree(Object.fromEntries([...files, ...kustomizations([...files.keys()])]))
    this.#branches.set(branch, tree)
    this.#trees.set(tree.id, tree)
    if (branch === 'main') this.#history.push({ revision: tree.id, committedAt: this.ports.clock.now().toISOString() })
    return tree.id
  }

  async dispatch(): Promise<Outcome> {
    const outcome = await dispatchRepository(this.ports, REPOSITORY)
    const left = this.#jobs.flatMap(({ job }) => (job.kind === 'left' ? [job] : []))
    for (const { repository, cluster } of left) await dispatchLeft(this.ports, repository, cluster)
    return outcome
  }

  /** Does what was enqueued for now, and what comes of that; answers each target's last outcome. */
  async work(): Promise<Record<string, Outcome>> {
    const outcomes: Record<string, Outcome> = {}
    for (let count = 0; ; count++) {
      const next = this.#jobs.find(({ job, delayMs }) => job.kind === 'reconcile' && delayMs === 0)?.job
      this.#jobs = this.#jobs.filter(({ job }) => job !== next && job.kind === 'reconcile')
      if (next?.kind !== 'reconcile') return outcomes
      if (count > MOST_JOBS) throw new Error('the queue never gets empty')
      const outcome = await settleTarget(this.ports, { ...next, signal: AbortSignal.timeout(60_000) })
      outcomes[targetId(next.target)] = outcome
    }
  }

  async deploy(): Promise<Record<string, Outcome>> {
    await this.dispatch()
    return this.work()
  }

  /** As the cluster's watcher does when something changed; answers the targets that are woken by it. */
  async look(name: string): Promise<string[]> {
    await observeDrift(this.ports, {
      repository: REPOSITORY,
      target: targetOf(name),
      signal: AbortSignal.timeout(60_000),
    })
    return this.#jobs.flatMap(({ job }) => (job.kind === 'reconcile' ? [targetId(job.target)] : []))
  }

  async status(name: string): Promise<TargetStatus | undefined> {
    return (await this.board.list('acme/shop')).find(({ target }) => targetId(target) === name)
  }

  #add(job: Job, delayMs: number): void {
    const id = JSON.stringify(job)
    this.#jobs = [...this.#jobs.filter((known) => JSON.stringify(known.job) !== id), { job, delayMs }]
  }

  #newest(track: Track | undefined): { revision: string; tree: Tree } {
    if (this.unreadable) throw this.unreadable
    const tree = this.#branches.get(track && 'branch' in track ? track.branch : 'main')
    if (!tree)
      throw new LockstepError({ code: 'TRACK_MISSING', message: 'There is no such branch.', remedy: 'Push it.' })
    return { revision: tree.id, tree }
  }
}

export function targetOf(name: string): Target {
  const [application = '', environment = '', cluster = ''] = name.split('/')
  return { application, environment, cluster }
}

function kustomizations(paths: readonly string[]): [string, string][] {
  const yaml = paths.filter((path) => path.includes('/') && path.endsWith('.yaml'))
  const directories = Map.groupBy(yaml, (path) => path.slice(0, path.lastIndexOf('/')))
  return [...directories].map(([directory, files]) => [
    `${directory}/kustomization.yaml`,
    `resources: [${files.map((path) => path.slice(directory.length + 1)).join(', ')}]\n`,
  ])
}
