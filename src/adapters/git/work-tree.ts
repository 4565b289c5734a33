import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readlink, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { blobId, type FileMode, type Tree, type TreeEntry } from '../../model/tree.ts'
import { fileMode, readBlobs } from './objects.ts'
import type { Git } from './run-git.ts'

/**
 * The files of a work tree as they are now: tracked ones and those neither tracked nor ignored. Symbolic links are entries of their
 * own and never followed. A snapshot of names: call again to see later changes.
 */
export async function readWorkTree(git: Git, root: string): Promise<Tree> {
  const [tracked, changed, untracked] = await Promise.all([
    trackedEntries(git),
    listPaths(git, ['-m', '-d']),
    listPaths(git, ['-o', '--exclude-standard']),
  ])
  const files = new FilesOnDisk(root)
  const fresh = new Map<string, Buffer>()
  const entries = new Map(tracked)
  for (const path of new Set([...changed, ...untracked])) {
    const found = tracked.get(path)?.mode === '160000' ? undefined : await files.read(path)
    if (found) {
      fresh.set(path, found.content)
      entries.set(path, { path, mode: found.mode, id: blobId(found.content) })
    } else if (tracked.get(path)?.mode !== '160000') {
      entries.delete(path)
    }
  }
  return {
    id: idOf(entries),
    entries: async () => entries,
    async read(paths) {
      const present = paths.map((path) => entries.get(path)).filter((entry) => entry && entry.mode !== '160000')
      const contents = new Map<string, Buffer>()
      const elsewhere: TreeEntry[] = []
      for (const entry of present as TreeEntry[]) {
        const content = fresh.get(entry.path) ?? (await files.read(entry.path))?.content
        if (content) contents.set(entry.path, content)
        else elsewhere.push(entry)
      }
      // Tracked, unchanged and yet not on disk: left out by a sparse checkout.
      const blobs = await readBlobs(
        git,
        elsewhere.map((entry) => entry.id),
      )
      for (const entry of elsewhere) contents.set(entry.path, blobs.get(entry.id) as Buffer)
      return contents
    },
  }
}

async function trackedEntries(git: Git): Promise<Map<string, TreeEntry>> {
  const { stdout } = await git.run(['ls-files', '-s', '-z'])
  const records = stdout.toString('utf8').split('\0').slice(0, -1)
  return new Map(records.map(parseIndexRecord).map((entry) => [entry.path, entry]))
}

/** `100644 8ab6… 0<tab>path`; of a file in conflict the last stage stays, and its content comes from disk anyway. */
function parseIndexRecord(record: string): TreeEntry {
  const tab = record.indexOf('\t')
  const [mode = '', id = ''] = record.slice(0, tab).split(' ')
  return { path: record.slice(tab + 1), mode: fileMode(mode), id }
}

async function listPaths(git: Git, flags: readonly string[]): Promise<string[]> {
  const { stdout } = await git.run(['ls-files', ...flags, '-z'])
  const paths = stdout.toString('utf8').split('\0').slice(0, -1)
  // A name that ends in `/` is another repository inside this one.
  return paths.filter((path) => !path.endsWith('/'))
}

interface FoundFile {
  readonly mode: FileMode
  readonly content: Buffer
}

class FilesOnDisk {
  readonly #root: string
  readonly #directories = new Map<string, Promise<boolean>>()

  constructor(root: string) {
    this.#root = root
  }

  /** Undefined for what is not there, is no file or link, or lies behind a link. */
  async read(path: string): Promise<FoundFile | undefined> {
    if (!(await this.#isRealDirectory(dirname(path)))) return undefined
    const full = join(this.#root, path)
    try {
      const found = await lstat(full)
      if (found.isSymbolicLink()) return { mode: '120000', content: Buffer.from(await readlink(full)) }
      if (!found.isFile()) return undefined
      return { mode: (found.mode & 0o100) === 0 ? '100644' : '100755', content: await readNoFollow(full) }
    } catch (error) {
      if (isAbsence(error)) return undefined
      throw error
    }
  }

  #isRealDirectory(directory: string): Promise<boolean> {
    const full = join(this.#root, directory)
    const known =
      this.#directories.get(full) ??
      realpath(full).then(
        (real) => real === full,
        () => false,
      )
    this.#directories.set(full, known)
    return known
  }
}

async function readNoFollow(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(String((error as NodeJS.ErrnoException).code))
}

function idOf(entries: ReadonlyMap<string, TreeEntry>): string {
  const lines = [...entries.values()].map((entry) => `${entry.mode} ${entry.id} ${entry.path}`).sort()
  return createHash('sha1').update(lines.join('\0')).digest('hex')
}
