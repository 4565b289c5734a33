import type { Problem } from '../errors.ts'
import type { Place } from '../located-yaml.ts'
import type { HelmChart } from './helm-chart.ts'
import type { Finding } from './references.ts'

/** A chart that a build inflates with helm. */
export interface ChartReference {
  readonly name: string
  /** A version or a range. */
  readonly version?: string
  readonly repo?: string
  /** The kustomization or generator file that asks for it. */
  readonly file: string
  readonly place: Place
  /** Where kustomize looks for it, from the tree's root; no link on the way. */
  readonly directory: string
  /** While nothing is there: what stands in its way until somebody opens the chart and places its files below `directory`. */
  readonly refusal?: Problem
}

/** As an operator's file names a chart repository. */
export function chartRepository(repo: string): string {
  return repo.replace(/\/+$/, '')
}

/** Why a chart that is not in the repository is not fetched, with the line that would allow it. */
export function notAllowed({ name, repo = '', place }: Pick<HelmChart, 'name' | 'repo' | 'place'>): Finding {
  return {
    code: 'CHART_REFUSED',
    message: `The chart ${name} comes from ${chartRepository(repo)}, which the operator has not allowed.`,
    place,
    remedy: `The operator allows it with \`charts: [${chartRepository(repo)}]\` in the operator's file; a chart committed below \`chartHome\` needs nothing.`,
  }
}
