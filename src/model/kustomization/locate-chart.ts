import { posix } from 'node:path'
import type { HelmChart } from './helm-chart.ts'
import { CHART_ADDRESS } from './helm-fields.ts'
import type { Finding } from './references.ts'
import type { Resolved, TreeIndex } from './tree-index.ts'

/**
 * Where kustomize looks for a chart. `placed`: it is there, with everything helm can read of it · `absent`: there is nothing, and the
 * chart has a repository to come from. Links are inputs too.
 */
export type LocatedChart =
  | { readonly kind: 'placed' | 'absent'; readonly directory: string; readonly files: readonly string[] }
  | { readonly kind: 'refused'; readonly finding: Finding; readonly files: readonly string[] }

/** From the kustomization in `directory`. */
export function locateChart(index: TreeIndex, directory: string, chart: HelmChart): LocatedChart {
  const wanted = posix.join(directory, chart.chartHome, chartPath(chart))
  if (chart.chartHome.startsWith('/') || wanted === '..' || wanted.startsWith('../')) {
    return { kind: 'refused', finding: leaves(chart, 'its `chartHome`'), files: [] }
  }
  const found = index.resolve(wanted)
  if (found.kind === 'directory') return withFiles(index, chart, found.path, found.links)
  if (found.kind === 'missing') return absent(index, chart, wanted)
  return { kind: 'refused', finding: notThere(chart, wanted, found), files: found.links }
}

/** Below the chart home, as kustomize has it. */
export function chartPath({ name, version, repo }: Pick<HelmChart, 'name' | 'version' | 'repo'>): string {
  return version && repo ? `${name}-${version}/${name}` : name
}

/** The directories that do exist may be links, so the path is followed as far as there is one. */
function absent(index: TreeIndex, chart: HelmChart, wanted: string): LocatedChart {
  let existing = posix.dirname(wanted)
  while (index.resolve(existing).kind === 'missing') existing = posix.dirname(existing)
  const found = index.resolve(existing)
  if (found.kind !== 'directory')
    return { kind: 'refused', finding: notThere(chart, wanted, found), files: found.links }
  if (!CHART_ADDRESS.test(chart.repo ?? '')) {
    return { kind: 'refused', finding: missing(chart, wanted), files: found.links }
  }
  const directory = posix.join(found.path, existing === '.' ? wanted : wanted.slice(existing.length + 1))
  return { kind: 'absent', directory, files: found.links }
}

/** Everything below, and what links in there lead to: helm follows them. */
function withFiles(index: TreeIndex, chart: HelmChart, directory: string, links: readonly string[]): LocatedChart {
  const files = new Set(links)
  const pending = [directory]
  for (const at of pending) {
    for (const path of index.below(at)) {
      if (files.has(path)) continue
      files.add(path)
      const found = index.resolve(path)
      if (found.kind === 'outside' || found.kind === 'loop') {
        return { kind: 'refused', finding: leaves(chart, `the symbolic link ${path}`), files: [...files] }
      }
      if (found.kind === 'submodule') return { kind: 'refused', finding: submodule(chart, path), files: [...links] }
      for (const link of found.links) files.add(link)
      if (found.kind === 'file') files.add(found.path)
      if (found.kind === 'directory') pending.push(found.path)
    }
  }
  return { kind: 'placed', directory, files: [...files] }
}

function notThere(chart: HelmChart, wanted: string, found: Resolved): Finding {
  if (found.kind === 'outside' || found.kind === 'loop') return leaves(chart, `the symbolic link ${found.path}`)
  if (found.kind === 'submodule') return submodule(chart, found.path)
  return {
    code: 'CHART_MISSING',
    message: `The chart ${chart.name} would have to be the directory ${wanted}, and ${found.path} is a file.`,
    place: chart.place,
    remedy: 'Move that file, or give `helmGlobals.chartHome` another directory.',
  }
}

function missing(chart: HelmChart, wanted: string): Finding {
  return {
    code: 'CHART_MISSING',
    message: `There is no chart ${chart.name} in ${wanted}, and its entry names no address in \`repo\` to fetch it from.`,
    place: chart.place,
    remedy: 'Commit the chart there, or add `repo` and `version`.',
  }
}

function leaves(chart: HelmChart, what: string): Finding {
  return {
    code: 'OVERLAY_LEAVES_REPOSITORY',
    message: `The chart ${chart.name} leads out of the repository by ${what}.`,
    place: chart.place,
    remedy: 'Keep the chart and what it links to inside the repository.',
  }
}

function submodule(chart: HelmChart, path: string): Finding {
  return {
    code: 'OVERLAY_SUBMODULE',
    message: `The chart ${chart.name} lies in the submodule ${path}, which is not fetched.`,
    place: chart.place,
    remedy: 'Copy the chart into this repository.',
  }
}
