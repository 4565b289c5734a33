import { createHash } from 'node:crypto'
import type { Commit, Mirror } from '../../src/model/mirror.ts'
import { type FileChange, memoryTree, type Tree } from '../../src/model/tree.ts'

type Files = ReadonlyMap<string, string>
interface Stored extends Commit {
  readonly files: Files
}

/** A repository in memory, with enough of git for promotions: commits, branches and merges file by file. */
export class MemoryGit {
  readonly refs = new Map<string, string>()
  /** What mirrors keep. */
  readonly kept = new Map<string, string>()
  private readonly commits = new Map<string, Stored>()

  commit(message: string, files: Files, parents: readonly string[] = []): string {
    const subject = message.split('\n')[0] ?? ''
    const number = this.commits.size
    const sha = createHash('sha1').update(`${number}\0${message}`).digest('hex')
    const committedAt = new Date(Date.UTC(2026, 10, 1) + number * 60_000).toISOString()
    this.commits.set(sha, { sha, tree: sha, parents, subject, message, author: 'A <a@x>', committedAt, files })
    return sha
  }

  /** A commit on a branch with changes on top of its tip. */
  commitOn(branch: string, message: string, changes: readonly FileChange[]): string {
    const tip = this.refs.get(branch)
    const files = new Map(tip ? this.stored(tip).files : [])
    for (const { path, content } of changes) {
      if (content === null) files.delete(path)
      else files.set(path, content)
    }
    const sha = this.commit(message, files, tip ? [tip] : [])
    this.refs.set(branch, sha)
    return sha
  }

  /** A merge into a branch that leaves the merged commit's files with changes on top. */
  mergeOn(branch: string, merging: string, message: string, changes: readonly FileChange[]): string {
    const files = new Map(this.stored(merging).files)
    for (const { path, content } of changes) {
      if (content === null) files.delete(path)
      else files.set(path, content)
    }
    const sha = this.commit(message, files, [this.refs.get(branch) ?? '', merging])
    this.refs.set(branch, sha)
    return sha
  }

  file(commit: string, path: string): string | undefined {
    return this.stored(this.refs.get(commit) ?? commit).files.get(path)
  }

  has(sha: string): boolean {
    return this.commits.has(sha)
  }

  stored(sha: string): Stored {
    const found = this.commits.get(sha)
    if (!found) throw new Error(`no commit ${sha}`)
    return found
  }

  ancestors(sha: string): Set<string> {
    const seen = new Set([sha])
    for (const each of seen) for (const parent of this.stored(each).parents) seen.add(parent)
    return seen
  }

  /** File by file; a file that both sides changed differently is a conflict. */
  mergeFiles(base: string, head: string): { files: Files } | { conflicts: string[] } {
    const inBase = this.ancestors(base)
    const fork = [...this.ancestors(head)].find((sha) => inBase.has(sha))
    const [old, ours, theirs] = [
      fork ? this.stored(fork).files : new Map(),
      this.stored(base).files,
      this.stored(head).files,
    ]
    const conflicts: string[] = []
    const merged = new Map<string, string>()
    for (const path of new Set([...old.keys(), ...ours.keys(), ...theirs.keys()])) {
      const [was, mine, other] = [old.get(path), ours.get(path), theirs.get(path)]
      const value = mine === was ? other : other === was || other === mine ? mine : undefined
      if (value === undefined && mine !== undefined && other !== undefined) conflicts.push(path)
      else if (value !== undefined) merged.set(path, value)
    }
    return conflicts.length > 0 ? { conflicts } : { files: merged }
  }

  mirror(): Mirror {
    const tree = (files: Files): Tree => memoryTree(Object.fromEntries(files))
    return {
      fetch: async () => undefined,
      resolve: async (ref) => this.refs.get(ref.replace(/^refs\/heads\//, '')) ?? this.full(ref),
      tags: async () => [],
      commit: async (sha) => this.stored(sha),
      log: async (from, { path, limit = 1000 } = {}) => this.log(from, path).slice(0, limit),
      tree: async (sha) => tree(this.stored(sha).files),
      merge: async (base, head) => {
        const merged = this.mergeFiles(base, head)
        return 'files' in merged ? { tree: tree(merged.files) } : merged
      },
      isAncestor: async (ancestor, descendant) => this.ancestors(descendant).has(ancestor),
      kept: async (name) => this.kept.get(name),
      keep: async (name, sha, was) => {
        if (this.kept.get(name) === was) this.kept.set(name, sha)
      },
    }
  }

  private full(prefix: string): string | undefined {
    const found = [...this.commits.keys()].filter((sha) => sha.startsWith(prefix))
    return prefix.length >= 7 && found.length === 1 ? found[0] : undefined
  }

  private log(from: string, path: string | undefined): Stored[] {
    const list: Stored[] = []
    for (let sha: string | undefined = from; sha; sha = this.stored(sha).parents[0]) list.push(this.stored(sha))
    return path === undefined ? list : list.filter((commit) => this.changes(commit, `${path}/`))
  }

  private changes({ files, parents }: Stored, prefix: string): boolean {
    const before: Files = parents[0] ? this.stored(parents[0]).files : new Map()
    const paths = [...new Set([...files.keys(), ...before.keys()])].filter((path) => path.startsWith(prefix))
    return paths.some((path) => files.get(path) !== before.get(path))
  }
}
