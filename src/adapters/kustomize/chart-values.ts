import { posix } from 'node:path'
import { isJsonObject, type Json } from '../../model/json.ts'
import { foldKey } from '../../model/kustomization/references.ts'

/** What people call the values that nobody should see. */
const TELLING = /pass|secret|token|credential|auth|private|cert|(?:^|[._-]|(?<=[a-z]))key(?:$|[._-]|s$)/i

/**
 * Values of charts that are likely to end up in a Secret: those below a telling key of a values file or of `valuesInline`. helm quotes values
 * when a template fails.
 */
export function tellingValues(path: string, document: Json): Json[] {
  if (!isJsonObject(document)) return []
  const inline = [
    document,
    ...list(member(document, 'helmCharts')),
    ...list(member(document, 'helmChartInflationGenerator')),
  ]
    .flatMap((chart) => [member(chart, 'valuesInline'), member(chart, 'valuesLocal')])
    .filter((values) => values !== undefined)
  const isObject = typeof document.kind === 'string' && typeof document.apiVersion === 'string'
  const isKustomization = /^kustomization(?:\.ya?ml)?$/i.test(posix.basename(path))
  return [...inline, ...(isObject || isKustomization ? [] : [document])].flatMap((values) => belowTellingKeys(values))
}

function belowTellingKeys(value: Json): Json[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(belowTellingKeys)
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, item = null]) => (TELLING.test(key) ? [item] : belowTellingKeys(item)))
}

function member(value: Json, name: string): Json | undefined {
  if (!isJsonObject(value)) return undefined
  return Object.entries(value).find(([key]) => foldKey(key) === foldKey(name))?.[1]
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
