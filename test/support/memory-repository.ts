import type {
  CheckReport,
  CheckRun,
  Comment,
  GitHubRepository,
  Permission,
  PullRequest,
  StillTrue,
} from '../../src/model/github.ts'
import type { Mirror } from '../../src/model/mirror.ts'
import { memoryTree, type Tree } from '../../src/model/tree.ts'

const SHA = 'a'.repeat(40)

export function pullRequest(change: Partial<PullRequest> = {}): PullRequest {
  return {
    number: 7,
    title: 'Change',
    body: '',
    state: 'open',
    merged: false,
    draft: false,
    author: { login: 'ana', bot: false },
    head: { ref: 'change', sha: SHA, fork: false },
    base: { ref: 'main' },
    url: 'https://github.example/acme/shop/pull/7',
    createdAt: '2026-11-20T14:00:00Z',
    updatedAt: '2026-11-20T14:00:00Z',
    ...change,
  }
}

/** A repository on GitHub, as far as previews see it. Everything published is kept; a completed run is never reopened. */
export class MemoryRepository {
  readonly ref = { installation: 1, owner: 'acme', name: 'shop' }
  readonly url = 'https://github.example/acme/shop'
  readonly pullRequests: PullRequest[] = []
  readonly written: Comment[] = []
  readonly runs: (CheckReport & { readonly run: CheckRun })[] = []
  readonly permissions: Record<string, Permission> = {}
  isOpenToAll = false
  /** What merge queues built. */
  queueBranches: readonly { readonly name: string; readonly sha: string }[] = []
  /** Branches as GitHub answers them; unknown ones are not asked after. */
  tips: ReadonlyMap<string, string> = new Map()
  now = Date.parse('2026-11-20T14:10:00Z')
  /** Called before each answer about a pull request: lets the world move meanwhile. */
  beforeGet: () => void = () => undefined

  port(): GitHubRepository {
    return {
      ref: this.ref,
      url: this.url,
      isPublic: async () => this.isOpenToAll,
      pulls: {
        get: async (number: number) => {
          this.beforeGet()
          return this.pullRequests.find((pull) => pull.number === number)
        },
        listOpen: async () => this.pullRequests.filter((pull) => pull.state === 'open'),
      },
      comments: {
        list: async (number: number) => this.written.filter((comment) => comment.number === number),
        ensure: async (number: number, topic: string, body: string, stillTrue: StillTrue = async () => true) => {
          if (await stillTrue()) this.ensure(number, topic, body)
        },
      },
      checks: {
        list: async (sha: string) => this.newest(sha).map(({ run }) => run),
        publish: async (report: CheckReport, stillTrue: StillTrue = async () => true) => {
          if (await stillTrue()) this.publish(report)
        },
      },
      branches: { tip: async (branch: string) => this.tips.get(branch), list: async () => this.queueBranches },
      people: { permission: async (login: string) => this.permissions[login] ?? 'none' },
    } as unknown as GitHubRepository
  }

  /** The newest run of each name on a commit. */
  newest(sha = SHA): (CheckReport & { readonly run: CheckRun })[] {
    const ofCommit = this.runs.filter((run) => run.headSha === sha)
    return [...new Map(ofCommit.map((run) => [run.name, run])).values()]
  }

  check(name: string, sha = SHA): CheckReport | undefined {
    return this.newest(sha).find((run) => run.name === name)
  }

  say(number: number, login: string, body: string): void {
    const at = this.time()
    const author = { login, bot: false }
    this.written.push({ id: this.written.length, number, author, body, createdAt: at, updatedAt: at, ours: false })
  }

  private ensure(number: number, topic: string, body: string): void {
    const full = `${body}\n\n<!-- lockstep:${topic} -->`
    const at = this.time()
    const marker = `<!-- lockstep:${topic} -->`
    const index = this.written.findIndex(
      (comment) => comment.ours && comment.number === number && comment.body.includes(marker),
    )
    const author = { login: 'lockstep[bot]', bot: true }
    const id = 1000 + (index >= 0 ? index : this.written.length)
    const comment = { id, number, author, body: full, createdAt: at, updatedAt: at, ours: true }
    if (index >= 0) this.written[index] = comment
    else this.written.push(comment)
  }

  private publish(report: CheckReport): void {
    const last = this.newest(report.headSha).find((run) => run.name === report.name)
    const granted = report.again === undefined || last?.again === report.again
    if (granted && last && said(last) === said(report)) return
    if (last && last.status !== 'completed') this.runs.splice(this.runs.indexOf(last), 1)
    const at = this.time()
    const { name, headSha, status, conclusion, title, note, again } = report
    const kept = { ...(note && { note }), ...(again && { again }) }
    const completed = status === 'completed' ? { completedAt: at, ...(conclusion && { conclusion }) } : {}
    this.runs.push({
      ...report,
      run: { id: this.runs.length, name, headSha, status, title, startedAt: at, ...completed, ...kept },
    })
  }

  /** A second goes by with everything that is written. */
  private time(): string {
    this.now += 1_000
    return new Date(this.now).toISOString()
  }
}

function said(report: CheckReport & { readonly run?: CheckRun }): string {
  const { run, note, again, ...words } = report
  return JSON.stringify(words)
}

/** Commits whose trees are given; `main` is the base. A merge gives the head's tree, unless it is told to conflict. */
export class MemoryMirror {
  readonly trees = new Map<string, Tree>()
  readonly refs = new Map<string, string>()
  conflicts: readonly string[] = []
  fetches = 0

  commit(sha: string, files: Readonly<Record<string, string>>, ref?: string): void {
    this.trees.set(sha, memoryTree(files))
    if (ref) this.refs.set(ref, sha)
  }

  port(): Mirror {
    return {
      fetch: async () => void this.fetches++,
      resolve: async (ref: string) =>
        this.refs.get(ref.replace(/^refs\/heads\//, '')) ?? (this.trees.has(ref) ? ref : undefined),
      tree: async (sha: string) => this.tree(sha),
      merge: async (_base: string, head: string) =>
        this.conflicts.length > 0 ? { conflicts: this.conflicts } : { tree: this.tree(head) },
    } as unknown as Mirror
  }

  private tree(sha: string): Tree {
    const tree = this.trees.get(sha)
    if (!tree) throw new Error(`no commit ${sha}`)
    return tree
  }
}
