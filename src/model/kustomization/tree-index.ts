import { posix } from 'node:path'
import type { Tree, TreeEntry } from '../tree.ts'

/** Where a path leads when links are followed, and which links those are. */
export type Resolved =
  | { readonly kind: 'file' | 'directory'; readonly path: string; readonly links: readonly string[] }
  | {
      readonly kind: 'missing' | 'outside' | 'loop' | 'submodule'
      readonly path: string
      readonly links: readonly string[]
    }

/** As Linux. */
const MAX_LINKS = 40
const MAX_TARGET = 4_000

/** The names in a tree, ready for questions about paths. The root is the empty path. */
export class TreeIndex {
  readonly entries: ReadonlyMap<string, TreeEntry>
  readonly #directories: ReadonlySet<string>
  readonly #links: ReadonlyMap<string, string>

  static async of(tree: Tree): Promise<TreeIndex> {
    const entries = await tree.entries()
    const links = [...entries.values()].filter((entry) => entry.mode === '120000').map((entry) => entry.path)
    const targets = await tree.read(links)
    return new TreeIndex(entries, new Map([...targets].map(([path, target]) => [path, target.toString('utf8')])))
  }

  private constructor(entries: ReadonlyMap<string, TreeEntry>, links: ReadonlyMap<string, string>) {
    this.entries = entries
    this.#links = links
    this.#directories = directoriesOf(entries.keys())
  }

  /** Names in a directory, for suggestions. */
  namesIn(directory: string): string[] {
    const skipped = directory === '' ? 0 : directory.length + 1
    return [...new Set(this.below(directory).map((path) => path.slice(skipped).split('/')[0] ?? ''))]
  }

  /** Every file and link below a directory. */
  below(directory: string): string[] {
    const prefix = directory === '' ? '' : `${directory}/`
    return [...this.entries.keys()].filter((path) => path.startsWith(prefix))
  }

  /** Follows links as the file system does, but never out of the tree. `path` is already free of `..`. */
  resolve(path: string): Resolved {
    const links: string[] = []
    let pending = parts(path)
    let at = ''
    while (pending.length > 0) {
      const [next = '', ...rest] = pending
      pending = rest
      if (next === '..') {
        if (at === '') return { kind: 'outside', path: at, links }
        at = parent(at)
        continue
      }
      at = at === '' ? next : `${at}/${next}`
      const target = this.#links.get(at)
      if (target === undefined) {
        if (this.#directories.has(at)) continue
        return { ...this.#end(at, pending.length > 0), links }
      }
      links.push(at)
      if (links.length > MAX_LINKS) return { kind: 'loop', path: at, links }
      if (target.length > MAX_TARGET) return { kind: 'missing', path: at, links }
      if (target.startsWith('/') || target.includes('\0')) return { kind: 'outside', path: at, links }
      pending = [...parts(target), ...pending]
      at = parent(at)
    }
    return { kind: 'directory', path: at, links }
  }

  #end(path: string, more: boolean): { kind: Resolved['kind']; path: string } {
    const entry = this.entries.get(path)
    if (entry?.mode === '160000') return { kind: 'submodule', path }
    return { kind: entry && !more ? 'file' : 'missing', path }
  }
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}

function parent(path: string): string {
  const directory = posix.dirname(path)
  return directory === '.' ? '' : directory
}

function directoriesOf(paths: Iterable<string>): Set<string> {
  const directories = new Set<string>([''])
  for (const path of paths) {
    for (let at = parent(path); !directories.has(at); at = parent(at)) directories.add(at)
  }
  return directories
}
