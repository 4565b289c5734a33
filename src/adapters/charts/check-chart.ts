import type { OpenedChart } from '../../model/charts.ts'
import { isJsonObject, type Json } from '../../model/json.ts'
import { parseLocatedYaml, toJson, YamlFault } from '../../model/located-yaml.ts'
import { ChartFault } from './chart-failure.ts'

type Files = OpenedChart['files']

/**
 * Refuses an archive that is not the chart of that name, and one that lacks what it depends on: helm would stop at either, and nothing
 * is ever fetched on its behalf.
 */
export function checkChart(files: Files, name: string): void {
  const chart = readYaml(files, 'Chart.yaml')
  if (chart === undefined) throw new ChartFault('CHART_ARCHIVE', 'its archive holds no Chart.yaml', OTHER_VERSION)
  if (textOf(chart, 'name') !== name) {
    const found = JSON.stringify(textOf(chart, 'name')).slice(0, 80)
    throw new ChartFault('CHART_ARCHIVE', `its archive holds a chart called ${found}`, OTHER_VERSION)
  }
  const dependencies = [chart, readYaml(files, 'requirements.yaml')].flatMap(dependenciesOf)
  const missing = dependencies.filter((dependency) => !isIncluded(files, dependency))
  if (missing.length === 0) return
  throw new ChartFault(
    'CHART_DEPENDENCY',
    `its archive lacks what it depends on: ${missing.join(', ')}`,
    'Package it again after `helm dependency build`, or use a version that holds its dependencies.',
  )
}

const OTHER_VERSION = 'Use another version, or tell the chart’s owner.'

function isIncluded(files: Files, dependency: string): boolean {
  const paths = [...files.keys()]
  if (paths.some((path) => path.startsWith(`charts/${dependency}-`) && path.endsWith('.tgz'))) return true
  const charts = paths.filter((path) => /^charts\/[^/_.][^/]*\/Chart\.yaml$/.test(path))
  return charts.some((path) => textOf(readYaml(files, path), 'name') === dependency)
}

function dependenciesOf(chart: Json | undefined): string[] {
  const list = isJsonObject(chart) ? chart.dependencies : undefined
  return Array.isArray(list) ? (list as readonly Json[]).map((dependency) => textOf(dependency, 'name')) : []
}

function textOf(value: Json | undefined, key: string): string {
  const text = isJsonObject(value) ? value[key] : undefined
  return typeof text === 'string' ? text : ''
}

function readYaml(files: Files, path: string): Json | undefined {
  const file = files.get(path)
  if (!file) return undefined
  try {
    return parseLocatedYaml(file.content.toString('utf8')).map(toJson)[0]
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    throw new ChartFault('CHART_ARCHIVE', `its ${path} cannot be read: ${error.message}`, OTHER_VERSION)
  }
}
