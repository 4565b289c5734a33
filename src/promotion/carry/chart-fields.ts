import { refuseMergeKey } from '../edit/merge-key.ts'
import { findNode, scalarText, type YamlFile } from '../edit/yaml-file.ts'
import type { CarriedField } from './carried-field.ts'
import type { Kustomization } from './kustomization-sources.ts'
import { scalarField } from './scalar-field.ts'

/** The versions of `helmCharts:` and of the generators that inflate charts. */
export function readCharts(kustomization: Kustomization): CarriedField[] {
  return [...readList(kustomization), ...kustomization.charts.flatMap((yaml) => readGenerator(kustomization, yaml))]
}

function readList(kustomization: Kustomization): CarriedField[] {
  const charts = kustomization.value.helmCharts
  if (!Array.isArray(charts)) return []
  return charts.flatMap((chart: unknown, index) => {
    const name = typeof chart === 'object' && chart !== null && 'name' in chart ? String(chart.name) : ''
    refuseMergeKey(kustomization.yaml, 0, ['helmCharts', index])
    return scalarField(kustomization, idOf(name), ['helmCharts', index, 'version'])
  })
}

function readGenerator({ directory }: Kustomization, yaml: YamlFile): CarriedField[] {
  return yaml.documents.flatMap((document, index) => {
    const node = findNode(document, ['version'])?.node ?? null
    const value = scalarText(document, node)
    const name = scalarText(document, findNode(document, ['name'])?.node ?? null)
    if (value === undefined || name === undefined) return []
    const place = { document: index, path: ['version'] }
    return { id: idOf(name), value, file: yaml.file, line: yaml.lineAt(node?.range?.[0] ?? 0), directory, place }
  })
}

/** Written either way, it is the same chart. */
function idOf(name: string): string {
  return `helmCharts[name=${name}].version`
}
