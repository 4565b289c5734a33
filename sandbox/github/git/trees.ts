import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { GitRepository } from './repository.ts'

export interface TreeEntry {
  readonly mode: string
  readonly type: 'blob' | 'tree' | 'commit'
  readonly sha: string
  /** Bytes, of blobs only. */
  readonly size?: number
  readonly path: string
}

/** What a tree or commit holds: one level, or everything below. `path` narrows to a directory. */
export async function listTree(
  git: GitRepository,
  treeish: string,
  options: { recursive?: boolean; path?: string } = {},
): Promise<TreeEntry[]> {
  const recursive = options.recursive ? ['-r', '-t'] : []
  const path = options.path ? ['--', options.path] : []
  const out = (await git.bytes(['ls-tree', '-z', '--long', '--full-tree', ...recursive, treeish, ...path])).toString()
  return out.split('\0').filter(Boolean).map(parseEntry)
}

function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t')
  const [mode = '', type = '', sha = '', size = ''] = line.slice(0, tab).split(/ +/)
  return {
    mode,
    type: type as TreeEntry['type'],
    sha,
    ...(type === 'blob' ? { size: Number(size) } : {}),
    path: line.slice(tab + 1),
  }
}

/** `undefined` as sha takes the path away. */
export interface TreeChange {
  readonly path: string
  readonly mode: string
  readonly sha: string | undefined
}

/** Writes the tree that results from changes on a base tree, in an index of its own. */
export async function changedTree(
  git: GitRepository,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<string> {
  const index = { GIT_INDEX_FILE: `${git.directory}/index-${randomUUID()}` }
  try {
    await git.bytes(base ? ['read-tree', base] : ['read-tree', '--empty'], '', index)
    const files = (await Promise.all(changes.map((change) => asFiles(git, base, change)))).flat()
    await git.bytes(['update-index', '-z', '--index-info'], indexInfo(files), index)
    return await git.text(['write-tree'], '', index)
  } finally {
    await rm(index.GIT_INDEX_FILE, { force: true })
  }
}

/** An index knows files only: a tree that is put somewhere, or taken away, becomes its files. */
async function asFiles(git: GitRepository, base: string | undefined, change: TreeChange): Promise<TreeChange[]> {
  const { path, mode, sha } = change
  if (sha === undefined) {
    const gone = base === undefined ? [] : await listTree(git, base, { recursive: true, path })
    return gone.filter(isFile).map((entry) => ({ path: entry.path, mode: entry.mode, sha: undefined }))
  }
  if (mode !== '040000') return [change]
  const entries = await listTree(git, sha, { recursive: true })
  return entries.filter(isFile).map((entry) => ({ ...entry, path: `${path}/${entry.path}` }))
}

function isFile(entry: TreeEntry): boolean {
  return entry.type !== 'tree'
}

function indexInfo(changes: readonly TreeChange[]): string {
  return changes
    .map(({ path, mode, sha }) => (sha ? `${mode} ${sha}\t${path}\0` : `0 ${'0'.repeat(40)}\t${path}\0`))
    .join('')
}
