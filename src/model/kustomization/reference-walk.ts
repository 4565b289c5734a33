import { posix } from 'node:path'
import type { Problem } from '../errors.ts'
import type { Place } from '../located-yaml.ts'
import { type ChartReference, notAllowed } from './chart-reference.ts'
import type { HelmChart } from './helm-chart.ts'
import { locateChart } from './locate-chart.ts'
import { locateReference } from './locate-reference.ts'
import { isInlineConfig, readPluginConfig } from './plugin-config.ts'
import { type Findings, type Reference, toProblem } from './references.ts'
import type { RemoteReference } from './remote-reference.ts'
import type { Child } from './scanned-directory.ts'
import type { TreeIndex } from './tree-index.ts'

/** The tree that is walked: where its files are, and what is in one. */
interface ScannedTree {
  readonly index: TreeIndex
  content(path: string): Promise<Buffer>
}

/** Follows the references of one kustomization, and of the plugins it names, as far as they stay with it. */
export class ReferenceWalk {
  readonly files: string[] = []
  readonly children: Child[] = []
  readonly problems: Problem[] = []
  readonly charts: ChartReference[] = []
  readonly remotes: RemoteReference[] = []
  readonly #tree: ScannedTree
  readonly #directory: string

  constructor(tree: ScannedTree, directory: string) {
    this.#tree = tree
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
    const located = locateReference(this.#tree.index, this.#directory, reference)
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
    const located = locateChart(this.#tree.index, this.#directory, chart)
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
    const text = (await this.#tree.content(path)).toString('utf8')
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
