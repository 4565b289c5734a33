import { setTimeout as sleep } from 'node:timers/promises'
import { createKustomizeRenderer } from '../../src/adapters/kustomize/renderer.ts'
import { createMemoryStatusBoard } from '../../src/adapters/status/memory-status-board.ts'
import type { Cluster } from '../../src/model/cluster.ts'
import type { Job } from '../../src/model/job.ts'
import type { Renderer } from '../../src/model/renderer.ts'
import type { Target } from '../../src/model/target.ts'
import type { StatusBoard } from '../../src/model/target-status.ts'
import { memoryTree, type Tree } from '../../src/model/tree.ts'
import type { ClusterView } from '../../src/reconcile/live/live-view.ts'
import type { ReconcilePorts, ReconcileSettings } from '../../src/reconcile/ports.ts'
import { kustomizeForTests } from './kustomize.ts'

export const REPOSITORY = { installation: 1, owner: 'acme', name: 'shop' }

export interface SceneOptions {
  readonly cluster: () => Cluster
  /** Applications' environment; its name is also the cluster's. */
  readonly environment: string
  readonly policy?: 'heal' | 'report'
  /** More of `drift:`, as lines of YAML at its depth. */
  readonly drift?: string
  readonly namespaces?: readonly string[]
  readonly pruneLimit?: number
  /** More of the environment, as one line of YAML. */
  readonly keys?: string
  /** More of the file, as lines of YAML at its top. */
  readonly more?: string
  readonly settings?: ReconcileSettings
  /** Shared by the watcher and the passes, as a worker's is; default: each has its own. */
  readonly view?: (cluster: Cluster) => ClusterView | undefined
}

/** A repository in memory, real kustomize, and a real cluster behind the ports; `jobs` lists what was enqueued. */
export class ReconcileScene {
  readonly jobs: { job: Job; delayMs?: number }[] = []
  readonly board: StatusBoard = createMemoryStatusBoard()
  readonly confirmed = new Set<string>()
  readonly ports: ReconcilePorts
  readonly #options: SceneOptions
  readonly #commits = new Map<string, Tree>()
  #tip = ''

  private constructor(options: SceneOptions, renderer: Renderer) {
    this.#options = options
    this.ports = {
      cluster: async () => options.cluster(),
      source: async () => ({
        newest: async () => ({ revision: this.#tip, tree: this.#commits.get(this.#tip) as Tree }),
        tree: async (revision) => this.#commits.get(revision),
      }),
      renderer,
      board: this.board,
      queue: {
        add: async (job, more) => {
          this.jobs.push({ job, ...more })
        },
      },
      clock: {
        now: () => new Date(),
        sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
      },
      pruneConfirmed: async (_repository, _target, revision) => this.confirmed.has(revision),
      settings: { healthDeadlineMs: 0, ...options.settings },
      view: async (cluster) => options.view?.(cluster),
    }
  }

  static async open(options: SceneOptions): Promise<ReconcileScene> {
    return new ReconcileScene(options, createKustomizeRenderer({ binary: await kustomizeForTests() }))
  }

  /** Commits `objects` (YAML documents by file name) as an application's overlay, next to those committed before; answers the revision. */
  commit(application: string, objects: Readonly<Record<string, string>>, kustomization = ''): string {
    const { environment } = this.#options
    const directory = `apps/${application}/overlays/${environment}`
    const names = Object.keys(objects)
    this.#files = new Map([...this.#files].filter(([path]) => !path.startsWith(`${directory}/`)))
    for (const name of names) this.#files.set(`${directory}/${name}`, objects[name] ?? '')
    const resources = names.length > 0 ? `resources: [${names.join(', ')}]\n` : ''
    this.#files.set(`${directory}/kustomization.yaml`, `${resources}${kustomization}`)
    this.#files.set('.lockstep.yaml', this.#config())
    return this.#store()
  }

  /** Commits any files by their paths from the root; undefined takes one out. Answers the revision. */
  commitFiles(files: Readonly<Record<string, string | undefined>>): string {
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) this.#files.delete(path)
      else this.#files.set(path, text)
    }
    return this.#store()
  }

  /** The text of a file at the tip. */
  file(path: string): string | undefined {
    return this.#files.get(path)
  }

  #store(): string {
    const tree = memoryTree(Object.fromEntries(this.#files))
    this.#tip = tree.id
    this.#commits.set(tree.id, tree)
    return tree.id
  }

  #files: ReadonlyMap<string, string> & Map<string, string> = new Map()

  target(application: string): Target {
    const { environment } = this.#options
    return { application, environment, cluster: environment }
  }

  request(application: string, heal?: boolean) {
    const signal = AbortSignal.timeout(60_000)
    return { repository: REPOSITORY, target: this.target(application), signal, ...(heal && { heal }) }
  }

  #config(): string {
    const { environment, policy = 'heal', drift, namespaces, pruneLimit = 10 } = this.#options
    return [
      'version: 1',
      'overlays: apps/{app}/overlays/{environment}',
      'environments:',
      `  - name: ${environment}`,
      `    cluster: ${environment}`,
      ...(namespaces ? [`    namespaces: [${namespaces.map((name) => JSON.stringify(name)).join(', ')}]`] : []),
      ...(this.#options.keys ? [`    ${this.#options.keys}`] : []),
      `drift:\n  policy: ${policy}`,
      ...(drift ? [drift.replace(/^/gm, '  ')] : []),
      `prune: { limit: ${pruneLimit} }`,
      this.#options.more ?? '',
      '',
    ].join('\n')
  }
}
