import type { FileMode } from '../../model/tree.ts'
import { refusedWith } from './github-error.ts'
import type { Writer } from './installation.ts'
import type { Room } from './room.ts'

export interface NewEntry {
  readonly path: string
  readonly mode: FileMode
  /** `null` removes the path. */
  readonly content: string | null
}

/** Answers the tree's id. `base` is the tree that the entries change. */
export function createTree(
  room: Room,
  writer: Writer,
  request: { base?: string; entries: readonly NewEntry[] },
): Promise<string> {
  return writer.edit({
    what: `write a tree in ${room.name}`,
    ask: async (octokit) => {
      const tree = request.entries.map(treeEntry)
      const base = request.base === undefined ? {} : { base_tree: request.base }
      return (await octokit.rest.git.createTree({ ...room.at, ...base, tree })).data.sha
    },
  })
}

/** Author, committer and signature are left to GitHub: only then is the commit verified as the App's. */
export function createCommit(
  room: Room,
  writer: Writer,
  commit: { message: string; tree: string; parents: string[] },
): Promise<string> {
  return writer.edit({
    what: `write a commit in ${room.name}`,
    ask: async (octokit) => (await octokit.rest.git.createCommit({ ...room.at, ...commit })).data.sha,
  })
}

/** Moves a branch forward; `stale` when it is no longer where the commit starts. */
export async function moveBranch(
  room: Room,
  writer: Writer,
  branch: string,
  sha: string,
  readTip: () => Promise<string | undefined>,
): Promise<'moved' | 'stale'> {
  try {
    await writer.edit({
      what: `move branch ${branch} of ${room.name}`,
      ask: async (octokit) => {
        await octokit.rest.git.updateRef({ ...room.at, ref: `heads/${branch}`, sha, force: false })
        return true
      },
      recover: async () => ((await readTip()) === sha ? true : undefined),
    })
    return 'moved'
  } catch (error) {
    if (refusedWith(error, /not a fast forward|reference does not exist/i)) return 'stale'
    throw error
  }
}

export function readCommit(room: Room, sha: string) {
  return room.installation.read({
    what: `read commit ${sha} of ${room.name}`,
    ask: async (octokit) => {
      const { data } = await octokit.rest.git.getCommit({ ...room.at, commit_sha: sha })
      return { tree: data.tree.sha, message: data.message, parents: data.parents.map((parent) => parent.sha) }
    },
  })
}

/** Modes of those paths that are in the tree. Reads the directories on the way only, so size does not matter. */
export async function readModes(
  room: Room,
  tree: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, FileMode>> {
  const directories = new Map<string, Promise<readonly Entry[]>>()
  const read = (sha: string) => {
    const known = directories.get(sha) ?? readDirectory(room, sha)
    directories.set(sha, known)
    return known
  }
  const modes = new Map<string, FileMode>()
  for (const path of paths) {
    const entry = await entryAt(read, tree, path.split('/'))
    if (entry && entry.type !== 'tree') modes.set(path, entry.mode as FileMode)
  }
  return modes
}

interface Entry {
  readonly path: string
  readonly mode: string
  readonly type: string
  readonly sha: string
}

async function entryAt(
  read: (sha: string) => Promise<readonly Entry[]>,
  tree: string,
  [name, ...rest]: readonly string[],
): Promise<Entry | undefined> {
  const entry = (await read(tree)).find((candidate) => candidate.path === name)
  if (!entry || rest.length === 0) return entry
  return entry.type === 'tree' ? entryAt(read, entry.sha, rest) : undefined
}

function readDirectory(room: Room, sha: string): Promise<readonly Entry[]> {
  return room.installation.read({
    what: `read tree ${sha} of ${room.name}`,
    ask: async (octokit) => (await octokit.rest.git.getTree({ ...room.at, tree_sha: sha })).data.tree,
  })
}

function treeEntry({ path, mode, content }: NewEntry) {
  if (content === null) return { path, mode, type: 'blob' as const, sha: null }
  if (mode === '160000') return { path, mode, type: 'commit' as const, sha: content.trim() }
  return { path, mode, type: 'blob' as const, content }
}
