import { createHash } from 'node:crypto'
import { blobId, type FileMode, type Tree, type TreeEntry } from '../../model/tree.ts'

/** Files of another tree, placed below a directory; the empty one is the root. */
export interface TreePart {
  readonly tree: Tree
  readonly below: string
  readonly paths: Iterable<string>
}

export interface WrittenFile {
  readonly mode: FileMode
  readonly content: Buffer
}

/** One tree of files from several, and of `written` files that stand in place of theirs. */
export async function composeTree(
  parts: readonly TreePart[],
  written: ReadonlyMap<string, WrittenFile>,
): Promise<Tree> {
  const entries = new Map<string, TreeEntry>()
  const origins = new Map<string, { readonly tree: Tree; readonly path: string }>()
  for (const { tree, below, paths } of parts) {
    const own = await tree.entries()
    for (const path of paths) {
      const entry = own.get(path)
      if (!entry) continue
      const placed = below === '' ? path : `${below}/${path}`
      entries.set(placed, { ...entry, path: placed })
      origins.set(placed, { tree, path })
    }
  }
  for (const [path, { mode, content }] of written) entries.set(path, { path, mode, id: blobId(content) })
  const read = async (paths: readonly string[]) => {
    const found = new Map<string, Buffer>()
    const wanted = new Map<Tree, Map<string, string>>()
    for (const path of paths) {
      const content = written.get(path)?.content
      const origin = origins.get(path)
      if (content) found.set(path, content)
      else if (origin) wanted.set(origin.tree, (wanted.get(origin.tree) ?? new Map()).set(path, origin.path))
    }
    for (const [tree, places] of wanted) {
      const contents = await tree.read([...new Set(places.values())])
      for (const [path, original] of places) found.set(path, contents.get(original) ?? Buffer.alloc(0))
    }
    return found
  }
  return { id: idOf(entries), entries: async () => entries, read }
}

function idOf(entries: ReadonlyMap<string, TreeEntry>): string {
  const lines = [...entries.values()].map((entry) => `${entry.mode} ${entry.id} ${entry.path}`).sort()
  return createHash('sha1').update(lines.join('\0')).digest('hex')
}
