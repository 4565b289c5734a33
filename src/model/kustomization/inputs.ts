import { posix } from 'node:path'
import type { Problem } from '../errors.ts'
import type { Tree } from '../tree.ts'
import { builtPlugins } from './built-plugins.ts'
import { chartProblems } from './chart-problems.ts'
import type { ChartReference } from './chart-reference.ts'
import { childrenOf, type Directories, reachable } from './reachable.ts'
import { toProblem } from './references.ts'
import type { RemoteReference } from './remote-reference.ts'
import type { Child } from './scanned-directory.ts'
import { TreeScan } from './tree-scan.ts'

export interface OverlayInputs {
  /** Every file and link of the tree that the build can depend on, sorted. Anything else may change without changing the render. */
  readonly files: readonly string[]
  /** Why it must not be built. */
  readonly problems: readonly Problem[]
  /** What could be brought in from other repositories; each refusal is among the problems. */
  readonly remotes: readonly RemoteReference[]
  /** What helm inflates. Those that have to be brought in hold their refusal, which is among the problems. */
  readonly charts: readonly ChartReference[]
}

/** A build visits a base once for each way to it; more visits than this would not end. */
const MAX_VISITS = 5_000
const MAX_DEPTH = 200

/**
 * What building the kustomization in directory `overlay` reads: its transitive closure. Where that cannot be known beforehand
 * (plugins that kustomize changes before it uses them) every file of the tree counts.
 */
export async function overlayInputs(tree: Tree, overlay: string): Promise<OverlayInputs> {
  const scan = await TreeScan.of(tree)
  const root = scan.index.resolve(posix.normalize(overlay))
  if (root.kind !== 'directory') {
    return { files: [...root.links].sort(), problems: [noKustomization(overlay)], remotes: [], charts: [] }
  }
  const directories = await reachable(scan, [root.path])
  const problems = [...directories.values()].flatMap((directory) => directory.problems)
  problems.push(...missingKustomizations(directories, root.path, overlay), ...badNames(directories, root.path))
  problems.push(...endless(directories, root.path))
  const plugins = [...(await builtPlugins(scan, directories)).values()]
  problems.push(...plugins.flatMap((built) => built.problems))
  const files = [...directories.values(), ...plugins].flatMap((read) => read.files)
  const remotes = [...directories.values()].flatMap((directory) => directory.remotes)
  const charts = [...directories.values()].flatMap((directory) => directory.charts)
  problems.push(...chartProblems(charts, childrenOf(directories)))
  return { files: [...new Set([...root.links, ...files])].sort(), problems, remotes, charts }
}

function missingKustomizations(directories: Directories, root: string, overlay: string): Problem[] {
  const missing = childrenOf(directories).filter((child) => directories.get(child.directory)?.file === undefined)
  const problems = missing.map(({ directory, file, place }) =>
    toProblem(file, {
      code: 'OVERLAY_MISSING_BASE',
      message: `${directory || 'The root'} has no kustomization file, so it cannot be built on.`,
      place,
      remedy: 'Add a kustomization.yaml there, or list the files you want.',
    }),
  )
  return directories.get(root)?.file === undefined ? [noKustomization(overlay), ...problems] : problems
}

function noKustomization(overlay: string): Problem {
  return {
    code: 'OVERLAY_MISSING',
    message: `The overlay ${overlay} has no kustomization file.`,
    file: overlay,
    remedy: 'Add a kustomization.yaml there, or correct the path.',
  }
}

function badNames(directories: Directories, root: string): Problem[] {
  const places = new Map(childrenOf(directories).map((child) => [child.directory, child]))
  const bad = [...directories.keys()].filter((directory) => /(?:^|\/)-/.test(directory))
  return bad.map((directory) => {
    const { file, place } = places.get(directory) ?? { file: root, place: { line: 1, column: 1 } }
    return toProblem(file, {
      code: 'OVERLAY_NAME',
      message: `The name of directory ${directory} begins with \`-\`, so commands take it for an option.`,
      place,
      remedy: 'Rename it.',
    })
  })
}

/** Circles, and bases that refer to each other so often that kustomize would visit them for ever. */
function endless(directories: Directories, root: string): Problem[] {
  const visits = new Map<string, number>()
  const above: string[] = []
  let problem: Problem | undefined
  const count = (directory: string): number => {
    const known = visits.get(directory)
    if (known !== undefined) return known
    above.push(directory)
    let sum = 1
    for (const child of directories.get(directory)?.children ?? []) {
      if (above.some((visited) => contains(child.directory, visited))) problem ??= cycle(child)
      else if (above.length >= MAX_DEPTH) problem ??= tooWide(child)
      else sum += count(child.directory)
      if (sum > MAX_VISITS) problem ??= tooWide(child)
      if (problem) break
    }
    above.pop()
    visits.set(directory, sum)
    return sum
  }
  count(root)
  return problem ? [problem] : []
}

/** kustomize refuses a base that is, or contains, a directory on the way to it. */
function contains(directory: string, visited: string): boolean {
  return directory === '' || visited === directory || visited.startsWith(`${directory}/`)
}

function cycle({ directory, file, place }: Child): Problem {
  return toProblem(file, {
    code: 'OVERLAY_CYCLE',
    message: `${directory || 'The root'} is, or contains, a directory that builds on it here, so the build would go round in a circle.`,
    place,
    remedy: 'Remove this entry, or move what both need into a base of its own.',
  })
}

function tooWide({ file, place }: Child): Problem {
  return toProblem(file, {
    code: 'OVERLAY_TOO_WIDE',
    message: `Bases refer to each other so often that building them would take more than ${MAX_VISITS} visits or ${MAX_DEPTH} levels.`,
    place,
    remedy: 'Refer to each base once, from the overlay.',
  })
}
