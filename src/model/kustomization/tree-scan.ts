import { posix } from 'node:path'
import type { Problem } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Place } from '../located-yaml.ts'
import { LruCache } from '../lru-cache.ts'
import type { Tree } from '../tree.ts'
import { type ChartReference, notAllowed } from './chart-reference.ts'
import type { HelmChart } from './helm-chart.ts'
import { locateChart } from './locate-chart.ts'
import { locateReference } from './locate-reference.ts'
import { KUSTOMIZATION_NAMES, type Kustomization, parseKustomization } from './parse-kustomization.ts'
import { isInlineConfig, readPluginConfig } from './plugin-config.ts'
import type { Finding, Findings, Reference } from './references.ts'
import type { RemoteReference } from './remote-reference.ts'
import { TreeIndex } from './tree-index.ts'

/** A directory that another kustomization builds on. */
export interface Child {
  readonly directory: string
  readonly file: string
  readonly place: Place
  /** Its objects are plugins, so what they refer to is known only after building it. */
  readonly plugins: boolean
}

/** What one directory's kustomization brings along by itself. */
export interface ScannedDirectory {
  /** Its kustomization, undefined when there is none. */
  readonly file?: string
  readonly files: readonly string[]
  readonly children: readonly Child[]
  readonly problems: readonly Problem[]
  /** What it builds on outside the tree; each refusal is among the problems. */
  readonly remotes: readonly RemoteReference[]
  readonly charts: readonly ChartReference[]
}

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
    const collected = new Collector(this, directory)
    await collected.addPluginFile(path)
    const { files, children, problems, remotes, charts } = collected
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
    const collected = new Collector(this, directory)
    await collected.add(name, await this.kustomization(file))
    return {
      file: name,
      files: [...links, file, ...collected.files],
      children: collected.children,
      problems: collected.problems,
      remotes: collected.remotes,
      charts: collected.charts,
    }
  }

  #locate(directory: string, name: string) {
    const place = { line: 1, column: 1 }
    return locateReference(this.index, directory, { kind: 'file', field: 'the directory', text: name, place })
  }
}

const scans = new WeakMap<Tree, Promise<TreeScan>>()
const parsed = new LruCache<string, Kustomization>(5_000)

/** Follows the references of one kustomization, and of the plugins it names, as far as they stay with it. */
class Collector {
  readonly files: string[] = []
  readonly children: Child[] = []
  readonly problems: Problem[] = []
  readonly charts: ChartReference[] = []
  readonly remotes: RemoteReference[] = []
  readonly #scan: TreeScan
  readonly #directory: string

  constructor(scan: TreeScan, directory: string) {
    this.#scan = scan
    this.#directory = directory
  }

  async add(file: string, { references, findings, charts }: Findings): Promise<void> {
    this.problems.push(...findings.map((finding) => toProblem(file, finding)))
    for (const chart of charts ?? []) this.#addChart(file, chart)
    for (const reference of references) await this.#follow(file, reference)
  }

  async #follow(file: string, reference: Reference): Promise<void> {
    if (reference.kind === 'patch' && isInlineConfig(reference.text)) return
    if (reference.kind === 'plugin' && isInlineConfig(reference.text)) {
      return this.add(file, placed(readPluginConfig(reference.text), reference.place))
    }
    if (this.#isInPendingChart(reference)) return
    const located = locateReference(this.#scan.index, this.#directory, reference)
    this.files.push(...located.links)
    if (located.kind === 'refused') {
      const refusal = toProblem(file, located.finding)
      this.problems.push(refusal)
      if (located.remote) this.remotes.push({ text: reference.text, address: located.remote, file, refusal })
    } else if (located.kind === 'directory') {
      const plugins = reference.kind === 'plugin'
      this.children.push({ directory: located.path, file, place: reference.place, plugins })
    } else {
      this.files.push(located.path)
      if (reference.kind === 'plugin') await this.addPluginFile(located.path)
    }
  }

  #addChart(file: string, chart: HelmChart): void {
    const located = locateChart(this.#scan.index, this.#directory, chart)
    this.files.push(...located.files)
    if (located.kind === 'refused') {
      this.problems.push(toProblem(file, located.finding))
      return
    }
    const { chartHome: _, ...asked } = chart
    const refusal = located.kind === 'absent' ? toProblem(file, notAllowed(chart)) : undefined
    this.charts.push({ ...asked, file, directory: located.directory, ...(refusal && { refusal }) })
    if (refusal) this.problems.push(refusal)
  }

  /** A values file that the chart brings along: whether it does is seen once the chart is there. */
  #isInPendingChart({ kind, text }: Reference): boolean {
    const path = posix.join(this.#directory, text)
    return kind === 'file' && this.charts.some(({ refusal, directory }) => refusal && path.startsWith(`${directory}/`))
  }

  async addPluginFile(path: string): Promise<void> {
    const text = (await this.#scan.content(path)).toString('utf8')
    await this.add(path, readPluginConfig(text))
  }
}

/** What is written in place is reported where the field's value begins. */
function placed({ references, findings, charts = [] }: Findings, place: Place): Findings {
  return {
    references: references.map((reference) => ({ ...reference, place })),
    findings: findings.map((finding) => ({ ...finding, place })),
    charts: charts.map((chart) => ({ ...chart, place })),
  }
}

export function toProblem(file: string, { code, message, place, remedy }: Finding): Problem {
  return { code, message, file, line: place.line, column: place.column, remedy }
}

function several(names: readonly string[]): Finding {
  return {
    code: 'KUSTOMIZATION_SEVERAL',
    message: `This directory holds more than one kustomization: ${names.join(', ')}.`,
    place: { line: 1, column: 1 },
    remedy: 'Keep one of them.',
  }
}
