import type { CarriedField } from './carried-field.ts'
import type { Kustomization } from './kustomization-sources.ts'
import { scalarField } from './scalar-field.ts'

/** The versions of `helmCharts:`. */
export function readCharts(kustomization: Kustomization): CarriedField[] {
  const charts = kustomization.value.helmCharts
  if (!Array.isArray(charts)) return []
  return charts.flatMap((chart: unknown, index) => {
    const name = typeof chart === 'object' && chart !== null && 'name' in chart ? String(chart.name) : ''
    return scalarField(kustomization, `helmCharts[name=${name}].version`, ['helmCharts', index, 'version'])
  })
}
