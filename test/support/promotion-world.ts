import type { RepositoryConfig } from '../../src/config/repository-config.ts'
import type {
  CheckRun,
  Comment,
  CommitCheck,
  GitHubRepository,
  MergeResult,
  MergeStanding,
  Permission,
  Person,
  PullRequest,
  Reaction,
  Review,
} from '../../src/model/github.ts'
import type { Job } from '../../src/model/job.ts'
import type { Measurement } from '../../src/model/monitoring.ts'
import type { Target } from '../../src/model/target.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import type { Tree } from '../../src/model/tree.ts'
import type { PromotionPorts } from '../../src/promotion/ports.ts'
import { MemoryGit } from './memory-git.ts'
import { shopFiles, threeEnvironments } from './overlay-repository.ts'
import { testFingerprint } from './preview-world.ts'

export const APP = 'lockstep[bot]'

/** What becomes of a call instead of going well: it is not done, or its answer is another one. */
export type Fate = { readonly instead: () => unknown } | { readonly afterwards: () => unknown }

/** Thrown in place of, or after, the n-th call of a port: the process dies there. */
export class Crash extends Error {}

/** A repository on GitHub, its clusters and its clock, all in memory. */
export class PromotionWorld {
  readonly git = new MemoryGit()
  config: RepositoryConfig
  now = Date.parse('2026-11-21T12:00:00Z')
  isPublic = false
  readonly pulls: PullRequest[] = []
  readonly comments: Comment[] = []
  readonly reactions = new Map<number, Reaction[]>()
  readonly runs: CheckRun[] = []
  readonly reviews: Review[] = []
  /** Why reviews were dismissed. */
  readonly dismissals: string[] = []
  /** Instead of the overlay's own file, what it renders to. */
  rendersTo: ((overlay: string, file: string) => string) | undefined
  /** What others report on every head. */
  readonly reported: CommitCheck[] = []
  /** When heads were force-pushed. */
  readonly forcePushes: string[] = []
  /** Who committed to every promotion branch. */
  readonly committers: (Person | undefined)[] = [{ login: APP, bot: true }]
  readonly measurements = new Map<string, Measurement>()
  readonly permissions: Record<string, Permission> = { ana: 'write', bob: 'admin', eve: 'read' }
  readonly teams: Record<string, string[]> = {}
  readonly jobs: Job[] = []
  readonly statuses: TargetStatus[] = []
  merges = 0
  /** Commits that the App did not write. */
  readonly foreign = new Set<string>()
  /** Calls that change something, in order. */
  readonly writes: string[] = []
  standing: MergeStanding = { queue: 'none' }
  /** The same of one pull request. */
  standingOf: (number: number) => MergeStanding = () => this.standing
  mergeAnswer: (() => MergeResult | undefined) | undefined
  crashAt: { readonly call: number; readonly when: 'before' | 'after' } | undefined
  /** Dies after the first call of this name. */
  crashAfter: string | undefined
  /** Asked before each call, which goes well where this says nothing. */
  fateOf: ((name: string) => Fate | undefined) | undefined
  calls = 0
  /** Awaited before each call, and where the request of a merge is on its way: whose turn it is. */
  turn: ((name: string) => Promise<void>) | undefined

  constructor(tags: readonly string[] = ['v2', 'v1', 'v0'], change: Partial<RepositoryConfig> = {}) {
    this.config = threeEnvironments(change)
    this.push('start', shopFiles(tags))
  }

  push(message: string, files: Record<string, string | null>): string {
    return this.git.commitOn(
      'main',
      message,
      Object.entries(files).map(([path, content]) => ({ path, content })),
    )
  }

  /** Every target runs what main says, healthy since long ago, unless told otherwise. */
  async settle(change: (target: Target) => Partial<TargetStatus> | undefined = () => ({})): Promise<void> {
    this.statuses.length = 0
    for (const application of this.applications())
      for (const { name, clusters } of this.config.environments)
        for (const cluster of clusters) {
          const target = { application, environment: name, cluster }
          const changed = change(target)
          if (changed) this.statuses.push({ ...(await this.status(target)), ...changed })
        }
  }

  private applications(): string[] {
    const paths = [...this.git.stored(this.git.refs.get('main') ?? '').files.keys()]
    return [...new Set(paths.flatMap((path) => /^apps\/([^/]+)\/overlays\//.exec(path)?.[1] ?? []))]
  }

  private async status(target: Target): Promise<TargetStatus> {
    const tip = this.git.refs.get('main') ?? ''
    const path = `apps/${target.application}/overlays/${target.environment}`
    return {
      target,
      revision: tip,
      renderDigest: await this.digest(await this.git.mirror().tree(tip), path),
      sync: 'Synced',
      health: 'Healthy',
      healthySince: new Date(this.now - 3_600_000).toISOString(),
      drift: [],
      problems: [],
      observedAt: new Date(this.now).toISOString(),
    }
  }

  private async digest(tree: Tree, path: string): Promise<string> {
    const file = `${path}/kustomization.yaml`
    const text = (await tree.read([file])).get(file)?.toString()
    return `digest of ${text === undefined ? text : (this.rendersTo?.(path, text) ?? text)}`
  }

  /** The gate says success on every open head that has no run yet, a moment ago. */
  greenGates(at = new Date(this.now).toISOString()): void {
    for (const { head, state } of this.pulls)
      if (state === 'open' && !this.runs.some((run) => run.headSha === head.sha)) this.gate(head.sha, 'success', at)
  }

  gate(headSha: string, conclusion: string, at = new Date(this.now).toISOString()): void {
    const run = { name: 'lockstep/gate', headSha, status: 'completed' as const, conclusion, title: '', completedAt: at }
    this.runs.push({ id: this.runs.length + 1, startedAt: at, ...run })
  }

  say(number: number, login: string, body: string, change: Partial<Comment> = {}): Extract<Job, { kind: 'command' }> {
    this.now += 1000
    const at = new Date(this.now).toISOString()
    const author = { login, bot: login.endsWith('[bot]') }
    const id = this.comments.length + 1
    const comment = { id, number, author, body, createdAt: at, updatedAt: at, ours: false, ...change }
    this.comments.push(comment)
    return { kind: 'command', repository: this.ref, number, comment: { id, author, body, createdAt: at } }
  }

  readonly ref = { installation: 1, owner: 'acme', name: 'shop' }

  open(change: Partial<PullRequest> = {}): PullRequest {
    const number = this.pulls.length + 1
    const at = new Date(this.now).toISOString()
    const tip = this.git.refs.get('main') ?? ''
    const pull: PullRequest = {
      number,
      title: 'Change',
      body: '',
      state: 'open',
      merged: false,
      draft: false,
      author: { login: 'ana', bot: false },
      head: { ref: `branch-${number}`, sha: tip, fork: false },
      base: { ref: 'main' },
      url: `https://github.example/acme/shop/pull/${number}`,
      createdAt: at,
      updatedAt: at,
      ...change,
    }
    this.pulls.push(pull)
    return pull
  }

  change(number: number, change: Partial<PullRequest>): void {
    const index = this.pulls.findIndex((pull) => pull.number === number)
    const pull = this.pulls[index]
    if (pull) this.pulls[index] = { ...pull, ...change }
  }

  openPulls(): PullRequest[] {
    for (const { number, head, state } of this.pulls) {
      const sha = this.git.refs.get(head.ref)
      if (state === 'open' && sha) this.change(number, { head: { ...head, sha } })
    }
    return this.pulls.filter(({ state }) => state === 'open')
  }

  /** As GitHub does it, whoever asked. */
  merge(number: number, message = '', method: 'merge' | 'squash' = 'merge'): string {
    const pull = this.openPulls().find((each) => each.number === number)
    const tip = this.git.refs.get('main') ?? ''
    const merged = pull && this.git.mergeFiles(tip, pull.head.sha)
    if (!pull || !merged || !('files' in merged)) throw new Error(`#${number} cannot be merged`)
    const parents = method === 'merge' ? [tip, pull.head.sha] : [tip]
    const sha = this.git.commit(message || `Merge #${number}`, merged.files, parents)
    this.git.refs.set('main', sha)
    const at = new Date(this.now).toISOString()
    this.change(number, { state: 'closed', merged: true, mergeCommit: sha, mergedAt: at, updatedAt: at })
    this.merges++
    return sha
  }

  ports(process = 'one'): PromotionPorts {
    const step = async <T>(name: string, act: () => T | Promise<T>, isWrite: boolean): Promise<T> => {
      await this.turn?.(name)
      const call = ++this.calls
      const dies = (when: string) => this.crashAt?.call === call && this.crashAt.when === when
      if (dies('before')) throw new Crash(name)
      const fate = this.fateOf?.(name)
      if (fate && 'instead' in fate) return fate.instead() as T
      const result = await act()
      if (isWrite) this.writes.push(name)
      if (fate) return fate.afterwards() as T
      if (dies('after') || this.crashAfter === name) {
        this.crashAfter = undefined
        throw new Crash(name)
      }
      return result
    }
    return {
      repository: instrument(this.repository(), step),
      mirror: this.git.mirror(),
      renderer: {
        render: async (tree, overlay) => ({
          text: '',
          manifests: [],
          inputs: [],
          digest: await this.digest(tree, overlay),
        }),
      },
      statusBoard: { list: async () => this.statuses },
      queue: { add: (job) => step('queue.add', () => void this.jobs.push(job), true) },
      fingerprint: testFingerprint,
      monitoring: {
        measure: async (query) =>
          this.measurements.get(query.kind === 'json' ? query.url : query.query) ?? {
            kind: 'unknown',
            why: 'nobody said',
          },
      },
      clock: () => new Date(this.now),
      loadConfig: async () => this.config,
      process,
      app: APP,
    }
  }

  private repository(): GitHubRepository {
    const { git } = this
    const at = () => new Date(this.now).toISOString()
    const find = (number: number) => this.pulls.find((pull) => pull.number === number)
    return {
      ref: this.ref,
      url: 'https://github.example/acme/shop',
      defaultBranch: async () => 'main',
      isPublic: async () => this.isPublic,
      pulls: {
        get: async (number) => {
          this.openPulls()
          return find(number)
        },
        listOpen: async () => this.openPulls(),
        listByHead: async (branch) => this.pulls.filter(({ head }) => head.ref === branch).toReversed(),
        create: async ({ title, body, head }) => {
          const existing = this.openPulls().find((pull) => pull.head.ref === head)
          if (existing) return existing
          const sha = git.refs.get(head) ?? ''
          return this.open({ title, body, author: { login: APP, bot: true }, head: { ref: head, sha, fork: false } })
        },
        update: async (number, change) => this.change(number, change),
        merge: async (number, { sha, title, message, stillTrue }) => {
          if (stillTrue && !(await stillTrue())) return { merged: false, refusal: 'withdrawn', message: 'withdrawn' }
          const sent = this.now
          await this.turn?.('the request of a merge')
          if (this.now - sent > REQUEST_MS) throw new Crash('the request took too long')
          const answer = this.mergeAnswer?.()
          if (answer) return answer
          const pull = this.openPulls().find((each) => each.number === number)
          if (!pull) return { merged: false, refusal: 'closed', message: 'closed' }
          if (pull.head.sha !== sha) return { merged: false, refusal: 'head-moved', message: 'moved' }
          return { merged: true, sha: this.merge(number, `${title}\n\n${message}`) }
        },
        standing: async (number) => this.standingOf(number),
        reviews: async () => this.reviews,
        dismissReview: async (_, id, message) => {
          const place = this.reviews.findIndex((review) => review.id === id)
          const review = this.reviews[place]
          if (review) this.reviews[place] = { ...review, state: 'DISMISSED' }
          this.dismissals.push(message)
        },
        committers: async () => this.committers,
        forcePushes: async () => this.forcePushes,
      },
      comments: {
        list: async (number) => this.comments.filter((comment) => comment.number === number),
        listSince: async () => this.comments,
        create: async () => {
          throw new Error('replies are found again by topic')
        },
        ensure: async (number, topic, text) => {
          const body = `${text}\n\n<!-- lockstep:${topic} -->`
          const known = this.comments.findIndex(
            (old) => old.ours && old.number === number && old.body.endsWith(`<!-- lockstep:${topic} -->`),
          )
          const comment = { id: 1000 + this.comments.length, number, author: { login: APP, bot: true }, body }
          const whole = { ...comment, createdAt: at(), updatedAt: at(), ours: true }
          if (known >= 0) this.comments[known] = { ...whole, id: this.comments[known]?.id ?? 0 }
          else this.comments.push(whole)
        },
        react: async (id, reaction) =>
          void this.reactions.set(id, [...new Set([...(this.reactions.get(id) ?? []), reaction])]),
        ownReactions: async (id) => this.reactions.get(id) ?? [],
      },
      checks: {
        list: async (sha) => this.runs.filter((run) => run.headSha === sha).slice(-1),
        reported: async () => this.reported,
        publish: async () => undefined,
      },
      branches: {
        tip: async (branch) => git.refs.get(branch),
        list: async (prefix) =>
          [...git.refs].filter(([name]) => name.startsWith(prefix)).map(([name, sha]) => ({ name, sha })),
        create: async (branch, sha) => {
          if (git.refs.has(branch)) return 'exists'
          git.refs.set(branch, sha)
          return 'created'
        },
        commit: async ({ branch, expectedHead, merging, headline, body, changes }) => {
          if (git.refs.get(branch) !== expectedHead) return 'stale'
          if (merging) return { sha: git.mergeOn(branch, merging, `${headline}\n\n${body ?? ''}`, changes) }
          return { sha: git.commitOn(branch, `${headline}\n\n${body ?? ''}`, changes) }
        },
        createOrphan: async (branch, message, changes) => {
          if (git.refs.has(branch)) return 'exists'
          git.commitOn(branch, message, changes)
          return 'created'
        },
        isBefore: (commit, other) => git.mirror().isAncestor(commit, other),
        isOwn: async (sha) => !this.foreign.has(sha),
        delete: async (branch) => {
          git.refs.delete(branch)
          for (const { number, head, state } of this.pulls)
            if (state === 'open' && head.ref === branch) this.change(number, { state: 'closed', updatedAt: at() })
        },
      },
      people: {
        permission: async (login) => this.permissions[login] ?? 'none',
        isTeamMember: async (team, login) => this.teams[team]?.includes(login) ?? false,
      },
      deployments: { record: async () => undefined },
    }
  }
}

/** No request is under way for longer: then it failed. */
const REQUEST_MS = 30_000

const WRITES =
  /^(?:pulls\.(?:create|update|merge|dismissReview)|comments\.(?:ensure|react)|branches\.(?:create|commit|createOrphan|delete))$/

type Step = <T>(name: string, act: () => Promise<T>, isWrite: boolean) => Promise<T>

/** Every call of every slice counts, and can be the last one. */
function instrument(repository: GitHubRepository, step: Step): GitHubRepository {
  const slices = Object.entries(repository).map(([slice, value]) => {
    if (typeof value === 'function') return [slice, () => step(slice, value as () => Promise<unknown>, false)]
    if (typeof value !== 'object' || slice === 'ref') return [slice, value]
    const calls = Object.entries(value as Record<string, (...args: unknown[]) => Promise<unknown>>)
    const wrapped = calls.map(([name, call]) => {
      const full = `${slice}.${name}`
      return [name, (...args: unknown[]) => step(full, () => call(...args), WRITES.test(full))]
    })
    return [slice, Object.fromEntries(wrapped)]
  })
  return Object.fromEntries(slices) as GitHubRepository
}
