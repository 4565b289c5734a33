import type { Problem } from '../errors.ts'
import { type ChartReference, chartRepository } from './chart-reference.ts'
import type { HelmChart } from './helm-chart.ts'
import { type Finding, toProblem } from './references.ts'
import type { Child } from './scanned-directory.ts'

/** What is wrong with an overlay's charts taken together. `children`: every directory that it builds on. */
export function chartProblems(charts: readonly ChartReference[], children: readonly Child[]): Problem[] {
  if (charts.length === 0) return []
  const builders = children.filter((child) => child.plugins)
  return [...builders.map(builtPlugins), ...oneDirectoryForTwo(charts)]
}

/** A chart whose fields are known only after a build, so nobody can have checked them. */
export function builtChart({ name, place }: HelmChart): Finding {
  return {
    code: 'HELM_REFUSED',
    message: `The chart ${name} stands in a generator that kustomize builds first, so its fields could become anything.`,
    place,
    remedy: 'List the chart under `helmCharts`, or name the generator’s file itself under `generators`.',
  }
}

/** With helm at hand, what comes out of their build could be a chart with any fields. */
function builtPlugins({ directory, file, place }: Child): Problem {
  return toProblem(file, {
    code: 'HELM_REFUSED',
    message: `${directory || 'The root'} is built into generators or transformers, which may not be done in an overlay that uses Helm charts.`,
    place,
    remedy: 'Name the files of the generators or transformers themselves.',
  })
}

/** kustomize would inflate the one that it met first under both names. */
function oneDirectoryForTwo(charts: readonly ChartReference[]): Problem[] {
  const first = new Map<string, ChartReference>()
  return charts
    .filter((chart) => chart.refusal)
    .flatMap((chart) => {
      const known = first.get(chart.directory) ?? chart
      first.set(chart.directory, known)
      return sameChart(chart, known) ? [] : [conflict(chart, known)]
    })
}

function sameChart(one: ChartReference, other: ChartReference): boolean {
  return one.version === other.version && chartRepository(one.repo ?? '') === chartRepository(other.repo ?? '')
}

function conflict({ name, file, place, directory }: ChartReference, other: ChartReference): Problem {
  return toProblem(file, {
    code: 'CHART_CONFLICT',
    message: `The chart ${name} here and the one in ${other.file}:${other.place.line} are different ones, and kustomize would look for both in ${directory}.`,
    place,
    remedy: 'Give one of the two kustomizations another `helmGlobals.chartHome`.',
  })
}
