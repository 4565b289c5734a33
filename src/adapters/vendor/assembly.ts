import { posix } from 'node:path'
import type { Charts } from '../../model/charts.ts'
import { LockstepError, type Problem, type ProblemKind } from '../../model/errors.ts'
import { jsonForYaml } from '../../model/json-for-yaml.ts'
import type { ChartReference } from '../../model/kustomization/chart-reference.ts'
import { type OverlayInputs, overlayInputs } from '../../model/kustomization/inputs.ts'
import { type RemoteReference, withoutCredentials } from '../../model/kustomization/remote-reference.ts'
import { rewriteReferences } from '../../model/kustomization/rewrite-references.ts'
import { TreeScan } from '../../model/kustomization/tree-scan.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { Tree } from '../../model/tree.ts'
import type { Completed, Resolution } from '../../model/vendor.ts'
import { composeTree, type TreePart, type WrittenFile } from './composed-tree.ts'
import type { RemoteSite } from './remote-sites.ts'
import { type Place, pathFrom, placeOf, RESERVED, refuseReserved, reported, type Site } from './site.ts'

/** What an assembly asks of the world, for one overlay. */
export interface Suppliers {
  openRemote(reference: RemoteReference): Promise<RemoteSite>
  readonly openChart: Charts['open']
}

const MAX_DEPTH = 10
const MAX_SITES = 100
const OPENED_AT_ONCE = 4

/** Puts together everything that one overlay builds on, however many repositories that takes. */
export class Assembly {
  readonly #suppliers: Suppliers
  readonly #sites = new Map<string, Site>()
  readonly #paths = new Map<string, { readonly tree: Tree; readonly paths: Set<string> }>()
  readonly #written = new Map<string, WrittenFile>()
  readonly #visited = new Set<string>()
  readonly #resolutions = new Map<string, Resolution>()
  #charts = false

  constructor(suppliers: Suppliers) {
    this.#suppliers = suppliers
  }

  async completed(): Promise<Completed> {
    const parts: TreePart[] = [...this.#paths].map(([below, part]) => ({ below, ...part }))
    const tree = await composeTree(parts, this.#written)
    const relocate = (problem: Problem) => this.#relocate(problem)
    return { tree, resolutions: [...this.#resolutions.values()], charts: this.#charts, relocate }
  }

  #relocate(problem: Problem): Problem {
    const { file = '' } = problem
    const site = [...this.#sites.values()].find(({ below }) => file.startsWith(`${below}/`))
    if (!site) return problem
    return reported(site, [{ ...problem, file: file.slice(site.below.length + 1) }])[0] ?? problem
  }

  /** Takes in what building a directory of the site reads, and everything that refers to. */
  async add(site: Site, directory: string, inputs: OverlayInputs): Promise<void> {
    const visit = `${site.below}\0${directory}`
    if (this.#visited.has(visit)) return
    this.#visited.add(visit)
    const pending = new Set([...inputs.remotes, ...inputs.charts].map(({ refusal }) => refusal))
    const problems = inputs.problems.filter((problem) => !pending.has(problem))
    if (problems.length > 0) throw new LockstepError(reported(site, problems))
    refuseReserved(site, inputs.files)
    this.#take(site.below, site.tree, inputs.files)
    const opened = await settled(inputs.remotes, (reference) => this.#open(site, reference))
    await settled(inputs.charts, (chart) => this.#placeChart(site, chart))
    await this.#rewrite(site, opened)
    for (const { next, reference } of opened) {
      if (!next) continue
      const path = reference.address.path
      await this.add(next, path, await overlayInputs(next.tree, path || '.'))
    }
  }

  #take(below: string, tree: Tree, files: readonly string[]): void {
    const part = this.#paths.get(below) ?? { tree, paths: new Set<string>() }
    this.#paths.set(below, part)
    for (const file of files) part.paths.add(file)
  }

  async #open(site: Site, reference: RemoteReference): Promise<Opened> {
    const place = placeOf(site, reference.refusal)
    if (site.depth >= MAX_DEPTH) throw tooDeep(place)
    const found = await this.#suppliers.openRemote(reference).catch((error) => {
      throw placed(error, site, reference.refusal)
    })
    this.#note(reference, place, found)
    const { address, file } = reference
    const name = `${address.repository}@${found.commit.slice(0, 12)}`
    if (address.kind === 'file') {
      const below = posix.join(site.below, posix.dirname(file), RESERVED, 'files', found.commit)
      await requirePlainFile(found.tree, address.path, name, place)
      this.#take(below, found.tree, [address.path])
      return { reference, target: `${below}/${address.path}` }
    }
    const below = `${RESERVED}/remote/${posix.basename(address.repository)}-${found.commit}`
    const next = this.#sites.get(below) ?? {
      tree: found.tree,
      below,
      depth: site.depth + 1,
      remote: { name, via: place },
    }
    this.#sites.set(below, next)
    if (this.#sites.size > MAX_SITES) throw tooDeep(place)
    return { reference, target: posix.join(below, address.path), next }
  }

  #note({ text }: RemoteReference, { file, line }: Place, found: RemoteSite): void {
    const reference = withoutCredentials(text)
    const { commit: content, pinned, movedFrom } = found
    const known = this.#resolutions.get(reference)
    if (known) return
    const moved = movedFrom === undefined ? {} : { movedFrom }
    this.#resolutions.set(reference, { kind: 'base', reference, file, line, content, pinned, ...moved })
  }

  async #placeChart(site: Site, chart: ChartReference): Promise<void> {
    this.#charts = true
    if (!chart.refusal) return
    const { name, version, repo, file, place: at, directory, refusal } = chart
    const request = { name, ...(version && { version }), ...(repo && { repo }), file, line: at.line }
    const opened = await this.#suppliers.openChart(request).catch((error) => {
      throw placed(error, site, refusal)
    })
    const { file: shownFile, line } = placeOf(site, refusal)
    for (const [path, written] of opened.files) this.#written.set(posix.join(site.below, directory, path), written)
    const reference = `${name} ${opened.version}${repo ? ` from ${withoutCredentials(repo)}` : ''}`
    const { digest: content, pinned, movedFrom } = opened
    const moved = movedFrom === undefined ? {} : { movedFrom }
    this.#resolutions.set(reference, { kind: 'chart', reference, file: shownFile, line, content, pinned, ...moved })
  }

  /** Each kustomization that refers to something remote is written as what was read, with paths in place of addresses. */
  async #rewrite(site: Site, opened: readonly Opened[]): Promise<void> {
    const scan = await TreeScan.of(site.tree)
    for (const file of new Set(opened.map(({ reference }) => reference.file))) {
      const own = opened.filter(({ reference }) => reference.file === file)
      const replaced = new Map(own.map(({ reference, target }) => [reference.text, pathFrom(site, file, target)]))
      const { value = null } = await scan.kustomization(scan.index.resolve(file).path)
      const content = Buffer.from(jsonForYaml(rewriteReferences(value, replaced)))
      this.#written.set(posix.join(site.below, file), { mode: '100644', content })
    }
  }
}

interface Opened {
  readonly reference: RemoteReference
  /** In the composed tree. */
  readonly target: string
  /** A directory's site, still to be looked at. */
  readonly next?: Site
}

/** All of them, several at a time; the problems of those that fail, together. */
async function settled<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = await mapLimited(items, OPENED_AT_ONCE, (item) =>
    work(item).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
  )
  const failures = results.flatMap((result) => ('error' in result ? [result.error] : []))
  const defect = failures.find((error) => !(error instanceof LockstepError))
  if (defect !== undefined) throw defect
  const errors = failures as LockstepError[]
  if (errors.length > 0)
    throw new LockstepError(
      errors.flatMap(({ problems }) => problems),
      { kind: kindOf(errors) },
    )
  return results.flatMap((result) => ('value' in result ? [result.value] : []))
}

/** What is refused stays refused when the server is back. */
function kindOf(errors: readonly LockstepError[]): ProblemKind {
  return errors.every(({ kind }) => kind === 'unreachable') ? 'unreachable' : 'refused'
}

/** Problems that know no place are those of the reference. */
function placed(error: unknown, site: Site, { file, line, column }: Problem): unknown {
  if (!(error instanceof LockstepError)) return error
  const at = { ...(file !== undefined && { file }), ...(line !== undefined && { line }), ...(column && { column }) }
  const problems = error.problems.map((problem) => (problem.file === undefined ? { ...problem, ...at } : problem))
  return new LockstepError(reported(site, problems), { kind: error.kind, cause: error })
}

async function requirePlainFile(tree: Tree, path: string, name: string, place: Place): Promise<void> {
  const mode = (await tree.entries()).get(path)?.mode
  if (mode === '100644' || mode === '100755') return
  throw new LockstepError({
    code: 'OVERLAY_MISSING_FILE',
    message: `${name} has no file ${path}.`,
    ...place,
    remedy: 'Correct the address.',
  })
}

function tooDeep(place: Place): LockstepError {
  return new LockstepError({
    code: 'REMOTE_TOO_DEEP',
    message: `Remote bases refer to each other over more than ${MAX_DEPTH} steps or ${MAX_SITES} repositories and commits.`,
    ...place,
    remedy: 'Refer to what you need directly.',
  })
}
