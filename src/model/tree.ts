import { createHash } from 'node:crypto'

export type FileMode = '100644' | '100755' | '120000' | '160000'

export interface TreeEntry {
  /** Relative to the repository's root, `/`-separated. */
  readonly path: string
  /** git's modes: file, executable, symbolic link, submodule. */
  readonly mode: FileMode
  /** Blob id; equal ids mean equal content. */
  readonly id: string
}

/** A repository's files at one moment: a git tree, a work tree, or another tree with edits on top. */
export interface Tree {
  /** git tree id, or another text that changes whenever the content does. */
  readonly id: string
  /** Every file by path. Directories are not listed. Memoised by the implementation. */
  entries(): Promise<ReadonlyMap<string, TreeEntry>>
  /** Contents in one batch; paths that do not exist are absent from the answer. */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, Buffer>>
}

/** One file's new content as data; `null` deletes it. Modes stay what they are (new files are 100644). */
export interface FileChange {
  readonly path: string
  readonly content: string | null
}

/** A tree from literal contents. */
export function memoryTree(files: Readonly<Record<string, string>>): Tree {
  return overlayTree(
    emptyTree,
    Object.entries(files).map(([path, content]) => ({ path, content })),
  )
}

/** `base` with `changes` applied, without writing anything. */
export function overlayTree(base: Tree, changes: readonly FileChange[]): Tree {
  const changed = new Map(changes.map((change) => [change.path, change.content]))
  const text = changes.map((change) => `${change.path}\0${change.content ?? '\0deleted'}`).join('\0')
  return {
    id: createHash('sha1').update(base.id).update(text).digest('hex'),
    async entries() {
      const entries = new Map(await base.entries())
      for (const [path, content] of changed) {
        if (content === null) entries.delete(path)
        else entries.set(path, { path, mode: entries.get(path)?.mode ?? '100644', id: blobId(content) })
      }
      return entries
    },
    async read(paths) {
      const files = new Map(await base.read(paths.filter((path) => !changed.has(path))))
      for (const path of paths) {
        const content = changed.get(path)
        if (typeof content === 'string') files.set(path, Buffer.from(content))
      }
      return files
    },
  }
}

/** git's id of a blob with this content (SHA-1 repositories). */
export function blobId(content: string | Buffer): string {
  const bytes = Buffer.from(content as string)
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

const emptyTree: Tree = {
  id: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  entries: async () => new Map(),
  read: async () => new Map(),
}
