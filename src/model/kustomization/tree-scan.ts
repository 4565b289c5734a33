import { posix } from 'node:path'
import type { Json } from '../json.ts'
import { LruCache } from '../lru-cache.ts'
import type { Tree } from '../tree.ts'
import { locateReference } from './locate-reference.ts'
import { KUSTOMIZATION_NAMES, type Kustomization, parseKustomization } from './parse-kustomization.ts'
import { ReferenceWalk } from './reference-walk.ts'
import { type Finding, toProblem } from './references.ts'
import type { ScannedDirectory } from './scanned-directory.ts'
import { TreeIndex } from './tree-index.ts'

/** One tree's kustomizations, each read once however many overlays build on it. */
export class TreeScan {
  readonly index: TreeIndex
  readonly #tree: Tree
  readonly #contents: ReadonlyMap<string, Buffer>
  readonly #read = new Set<string>()
  readonly #directories = new Map<string, Promise<ScannedDirectory>>()

  static async of(tree: Tree): Promise<TreeScan> {
    const known = scans.get(tree) ?? TreeScan.#create(tree)
    scans.set(tree, known)
    known.catch(() => scans.delete(tree))
    return known
  }

  static async #create(tree: Tree): Promise<TreeScan> {
    const index = await TreeIndex.of(tree)
    const names = new Set<string>(KUSTOMIZATION_NAMES)
    const kustomizations = [...index.entries.values()].filter(({ path }) => names.has(posix.basename(path)))
    const unknown = kustomizations.filter(({ id }) => parsed.get(id) === undefined)
    return new TreeScan(tree, index, await tree.read(unknown.map(({ path }) => path)))
  }

  private constructor(tree: Tree, index: TreeIndex, contents: ReadonlyMap<string, Buffer>) {
    this.#tree = tree
    this.index = index
    this.#contents = contents
  }

  /** `directory` is a real path: no link on the way. */
  directory(directory: string): Promise<ScannedDirectory> {
    const known = this.#directories.get(directory) ?? this.#scan(directory)
    this.#directories.set(directory, known)
    return known
  }

  /** A kustomization as kustomize would read it. */
  async kustomization(path: string): Promise<Kustomization> {
    this.#read.add(path)
    const id = this.index.entries.get(path)?.id ?? ''
    const known = parsed.get(id)
    if (known) return known
    const kustomization = parseKustomization(await this.content(path))
    parsed.set(id, kustomization)
    return kustomization
  }

  /** The value of a file that was read as a kustomization; undefined for all others. */
  async checkedValue(path: string): Promise<Json | undefined> {
    return this.#read.has(path) ? (await this.kustomization(path)).value : undefined
  }

  /** What a plugin brings along whose configuration is in this file and that is used by the kustomization in `directory`. */
  async pluginFile(directory: string, path: string): Promise<ScannedDirectory> {
    const walk = new ReferenceWalk(this, directory)
    await walk.addPluginFile(path)
    const { files, children, problems, remotes, charts } = walk
    return { file: path, files, children, problems, remotes, charts }
  }

  async content(path: string): Promise<Buffer> {
    return this.#contents.get(path) ?? (await this.#tree.read([path])).get(path) ?? Buffer.alloc(0)
  }

  async #scan(directory: string): Promise<ScannedDirectory> {
    const names = KUSTOMIZATION_NAMES.filter((name) => this.index.entries.has(posix.join(directory, name)))
    const found = names.map((name) => this.#locate(directory, name))
    const links = found.flatMap((located) => located.links)
    const refused = found.flatMap((located) => (located.kind === 'refused' ? [located.finding] : []))
    const files = found.flatMap((located) => (located.kind === 'file' ? [located.path] : []))
    const name = posix.join(directory, names[0] ?? '')
    if (refused.length > 0 || files.length > 1) {
      const problems = [...refused, ...(files.length > 1 ? [several(names)] : [])].map((finding) =>
        toProblem(name, finding),
      )
      return { file: name, files: [...links, ...files], children: [], problems, remotes: [], charts: [] }
    }
    const [file] = files
    if (file === undefined) return { files: links, children: [], problems: [], remotes: [], charts: [] }
    const walk = new ReferenceWalk(this, directory)
    await walk.add(name, await this.kustomization(file))
    return {
      file: name,
      files: [...links, file, ...walk.files],
      children: walk.children,
      problems: walk.problems,
      remotes: walk.remotes,
      charts: walk.charts,
    }
  }

  #locate(directory: string, name: string) {
    const place = { line: 1, column: 1 }
    return locateReference(this.index, directory, { kind: 'file', field: 'the directory', text: name, place })
  }
}

const scans = new WeakMap<Tree, Promise<TreeScan>>()
const parsed = new LruCache<string, Kustomization>(5_000)

function several(names: readonly string[]): Finding {
  return {
    code: 'KUSTOMIZATION_SEVERAL',
    message: `This directory holds more than one kustomization: ${names.join(', ')}.`,
    place: { line: 1, column: 1 },
    remedy: 'Keep one of them.',
  }
}
