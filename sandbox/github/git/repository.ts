import type { Identity } from '../state/account.ts'
import { type Commit, parseCommit } from './commit.ts'
import { GitFailure, runGit } from './run.ts'

export const ZERO = '0'.repeat(40)

/** A bare repository on disk and the plumbing that the stand-in needs of it. */
export class GitRepository {
  readonly directory: string
  #turn: Promise<unknown> = Promise.resolve()

  constructor(directory: string) {
    this.directory = directory
  }

  /** Runs ref-writing work one at a time, so that a push can be compared with what was there before it. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  bytes(args: readonly string[], input?: string | Buffer, env?: Readonly<Record<string, string>>): Promise<Buffer> {
    return runGit(args, { cwd: this.directory, ...(input === undefined ? {} : { input }), ...(env ? { env } : {}) })
  }

  async text(
    args: readonly string[],
    input?: string | Buffer,
    env?: Readonly<Record<string, string>>,
  ): Promise<string> {
    return (await this.bytes(args, input, env)).toString().trimEnd()
  }

  /** True for exit status 0, false for 1; anything else is a defect. */
  async #asks(args: readonly string[]): Promise<boolean> {
    try {
      await this.bytes(args)
      return true
    } catch (failure) {
      if (failure instanceof GitFailure && failure.code === 1) return false
      throw failure
    }
  }

  /** Full id of the commit a ref, short id or id names. */
  commitId(revision: string): Promise<string | undefined> {
    return this.objectId(`${revision}^{commit}`)
  }

  async objectId(revision: string): Promise<string | undefined> {
    try {
      return await this.text(['rev-parse', '--verify', '--quiet', '--end-of-options', revision])
    } catch (failure) {
      if (failure instanceof GitFailure) return undefined
      throw failure
    }
  }

  async objectType(id: string): Promise<string | undefined> {
    const answer = await this.text(['cat-file', '--batch-check=%(objecttype)'], `${id}\n`)
    return answer.endsWith(' missing') || answer.includes(' ambiguous') ? undefined : answer
  }

  /** Tip of a branch. */
  tip(branch: string): Promise<string | undefined> {
    return this.commitId(`refs/heads/${branch}`)
  }

  /** Every ref below the prefixes, by full name. */
  async refs(...prefixes: readonly string[]): Promise<Map<string, string>> {
    const lines = await this.text(['for-each-ref', '--format=%(objectname) %(refname)', ...prefixes])
    return new Map(
      lines
        .split('\n')
        .filter(Boolean)
        .map((line) => [line.slice(41), line.slice(0, 40)]),
    )
  }

  isValidRefName(ref: string): Promise<boolean> {
    return this.#asks(['check-ref-format', ref])
  }

  async isEmpty(): Promise<boolean> {
    return (await this.refs('refs/heads')).size === 0
  }

  /** Moves, creates (`before` zeros) or deletes (`after` zeros) a ref; false when it is not at `before`. */
  async updateRef(ref: string, after: string, before?: string): Promise<boolean> {
    const old = before === undefined ? [] : [before]
    const args = after === ZERO ? ['update-ref', '-d', ref, ...old] : ['update-ref', ref, after, ...old]
    try {
      await this.bytes(args)
      return true
    } catch (failure) {
      if (failure instanceof GitFailure) return false
      throw failure
    }
  }

  isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return this.#asks(['merge-base', '--is-ancestor', ancestor, descendant])
  }

  async mergeBase(one: string, other: string): Promise<string | undefined> {
    try {
      return await this.text(['merge-base', one, other])
    } catch (failure) {
      if (failure instanceof GitFailure && failure.code === 1) return undefined
      throw failure
    }
  }

  async commit(id: string): Promise<Commit> {
    return parseCommit(id, (await this.bytes(['cat-file', 'commit', id])).toString())
  }

  /** Newest first. `range` as `git rev-list` takes it. */
  async history(range: readonly string[], limit?: number): Promise<string[]> {
    const count = limit === undefined ? [] : [`--max-count=${limit}`]
    const lines = await this.text(['rev-list', ...count, ...range])
    return lines.split('\n').filter(Boolean)
  }

  async count(range: string): Promise<number> {
    return Number(await this.text(['rev-list', '--count', range]))
  }

  commitTree(commit: {
    tree: string
    parents: readonly string[]
    message: string
    author: Identity
    committer: Identity
  }): Promise<string> {
    const parents = commit.parents.flatMap((parent) => ['-p', parent])
    return this.text(['commit-tree', commit.tree, ...parents, '-F', '-'], commit.message, {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: commit.author.date,
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: commit.committer.date,
    })
  }
}
