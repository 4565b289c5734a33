import { LockstepError } from '../../model/errors.ts'
import { LruCache } from '../../model/lru-cache.ts'
import type { Commit, Mirror } from '../../model/mirror.ts'
import { isObjectId } from '../../model/object-id.ts'
import type { Tree } from '../../model/tree.ts'
import { BlobReader } from './blob-reader.ts'
import { createGitTree } from './git-tree.ts'
import { commitUnknown, readCommit, readLog } from './history.ts'
import { ObjectFinder } from './object-finder.ts'
import type { Git } from './run-git.ts'

/** How a text is turned into expressions that git is asked for, the first that exists wins. */
export type Candidates = (ref: string) => readonly string[]

export type RepositoryReader = Omit<Mirror, 'fetch' | 'kept' | 'keep'> & {
  /** Names of branches, without `refs/heads/`. */
  branches(): Promise<string[]>
}

/** Listed trees kept: both sides of a few pull requests at once. */
const TREES = 16

/** Commits kept of histories that were read: what is before a commit never changes, and each promotion asks for its own directory's. */
const COMMITS = 10_000

/** Everything that reads a repository. Only validated names and full object ids reach git. */
export function createRepositoryReader(git: Git, candidates: Candidates): RepositoryReader {
  const trees = new LruCache<string, Tree>(TREES)
  const blobs = new BlobReader(git)
  const logs = new LruCache<string, readonly Commit[]>(COMMITS, (commits) => commits.length + 1)
  const objects = new ObjectFinder(git)
  const treeById = (id: string): Tree => {
    const tree = trees.get(id) ?? createGitTree(git, blobs, id)
    trees.set(id, tree)
    return tree
  }
  const requireCommits = async (...shas: string[]) => {
    const valid = shas.every(isObjectId)
    const found = valid ? await objects.find(shas.map((sha) => `${sha}^{commit}`)) : []
    const missing = shas.find((_, index) => found[index] === undefined)
    if (missing !== undefined) throw commitUnknown(missing)
  }
  return {
    async resolve(ref) {
      const expressions = candidates(ref)
      if (expressions.length === 0) return undefined
      return (await objects.find(expressions)).find((id) => id !== undefined)
    },
    async commit(sha) {
      await requireCommits(sha)
      return readCommit(git, sha)
    },
    async log(from, options) {
      await requireCommits(from)
      const key = [from, options?.limit, options?.path].join('\0')
      const commits = logs.get(key) ?? (await readLog(git, from, options))
      logs.set(key, commits)
      return [...commits]
    },
    async tree(commit) {
      if (!isObjectId(commit)) throw commitUnknown(commit)
      const [id] = await objects.find([`${commit}^{tree}`])
      if (id === undefined) throw commitUnknown(commit)
      return treeById(id)
    },
    async merge(base, head) {
      await requireCommits(base, head)
      const merged = await mergeTree(git, base, head)
      return 'treeId' in merged ? { tree: treeById(merged.treeId) } : merged
    },
    async isAncestor(ancestor, descendant) {
      await requireCommits(ancestor, descendant)
      const args = ['merge-base', '--is-ancestor', ancestor, descendant]
      return (await git.run(args, { codes: [0, 1] })).code === 0
    },
    branches: () => namesBelow(git, 'refs/heads'),
    tags: () => namesBelow(git, 'refs/tags'),
  }
}

async function namesBelow(git: Git, place: string): Promise<string[]> {
  const { stdout } = await git.run(['for-each-ref', '--format=%(refname:lstrip=2)', place])
  return stdout.toString().split('\n').slice(0, -1)
}

/** The merge is computed in the object database: no index, no files. */
async function mergeTree(
  git: Git,
  base: string,
  head: string,
): Promise<{ treeId: string } | { conflicts: readonly string[] }> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', '--end-of-options', base, head]
  const { code, stdout } = await git.run(args, { codes: [0, 1] }).catch((error) => {
    throw isUnrelated(error) ? unrelated(base, head) : error
  })
  const [treeId = '', ...conflicts] = stdout.toString('utf8').split('\0').slice(0, -1)
  return code === 0 ? { treeId } : { conflicts: [...new Set(conflicts)].sort() }
}

function isUnrelated(error: unknown): boolean {
  return error instanceof LockstepError && /unrelated histories/.test(String(error.cause))
}

function unrelated(base: string, head: string): LockstepError {
  return new LockstepError({
    code: 'GIT_UNRELATED_HISTORIES',
    message: `Commits ${base.slice(0, 12)} and ${head.slice(0, 12)} have no common ancestor, so they cannot be merged.`,
    remedy: 'Rebase the branch on the one it is to be merged into.',
  })
}
