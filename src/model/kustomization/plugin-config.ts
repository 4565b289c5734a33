import { type LocatedValue, parseLocatedYaml } from '../located-yaml.ts'
import { readHelmGenerator } from './helm-charts.ts'
import { join, syntaxFinding } from './parse-kustomization.ts'
import {
  type Finding,
  type Findings,
  generatorFiles,
  itemsOf,
  optionalFile,
  type Reference,
  valuesOf,
} from './references.ts'

/** Finds the files that generators, transformers and validators refer to, and refuses all that are not built into kustomize. */
export function readPluginConfig(text: string): Findings {
  try {
    return join(parseLocatedYaml(text).flatMap(objectsOf).map(readPlugin))
  } catch (error) {
    return { references: [], findings: [syntaxFinding(error)] }
  }
}

/** The value written in place, where the text is a map rather than a path. */
export function isInlineConfig(text: string): boolean {
  try {
    return parseLocatedYaml(text).some((document) => document.kind === 'map')
  } catch {
    return text.includes('\n')
  }
}

function objectsOf(document: LocatedValue): LocatedValue[] {
  const items = valuesOf(document, 'items').flatMap(itemsOf)
  return document.kind === 'map' ? [document, ...items.flatMap(objectsOf)] : itemsOf(document).flatMap(objectsOf)
}

function readPlugin(plugin: LocatedValue): Findings {
  const kind = textOf(plugin, 'kind')
  if (kind.endsWith('List')) return { references: [], findings: [] }
  if (functionAnnotation(plugin)) return refused(plugin, `${kind || 'This'} is a container or exec function`)
  if (textOf(plugin, 'apiVersion') !== 'builtin') return refused(plugin, `${kind || 'This'} is not a builtin plugin`)
  if (kind === 'HelmChartInflationGenerator') return readHelmGenerator(plugin)
  return { references: referencesOf(kind, plugin), findings: [] }
}

/** Every field of a builtin plugin that names a file; read from all kinds alike, so that none is forgotten. */
function referencesOf(kind: string, plugin: LocatedValue): Reference[] {
  const path = valuesOf(plugin, 'path').flatMap((value) => optionalFile(`${kind}.path`, value))
  const target = valuesOf(plugin, 'targetFilePath').flatMap((value) => optionalFile(`${kind}.targetFilePath`, value))
  const replacements = valuesOf(plugin, 'replacements')
    .flatMap(itemsOf)
    .flatMap((item) => valuesOf(item, 'path'))
    .flatMap((value) => optionalFile(`${kind}.replacements.path`, value))
  const patches = valuesOf(plugin, 'paths')
    .flatMap(itemsOf)
    .flatMap((value) => optionalFile(`${kind}.paths`, value))
    .map((reference) => ({ ...reference, kind: 'patch' as const }))
  return [
    ...path.filter(() => PATH_IS_FILE.has(kind)),
    ...target,
    ...replacements,
    ...patches,
    ...generatorFiles(kind, plugin),
  ]
}

/** Elsewhere `path` is a field of an object. */
const PATH_IS_FILE = new Set(['PatchTransformer', 'PatchJson6902Transformer'])

function functionAnnotation(plugin: LocatedValue): boolean {
  const annotations = valuesOf(plugin, 'metadata').flatMap((metadata) => valuesOf(metadata, 'annotations'))
  return annotations.some(
    (map) =>
      map.kind === 'map' && map.members.some(({ key }) => /^config\.(?:kubernetes|k8s)\.io\/function$/.test(key)),
  )
}

function textOf(map: LocatedValue, name: string): string {
  const value = valuesOf(map, name).at(-1)
  return value?.kind === 'scalar' ? String(value.value ?? '') : ''
}

function refused(plugin: LocatedValue, what: string): Findings {
  const finding: Finding = {
    code: 'PLUGIN_REFUSED',
    message: `${what}, so kustomize would run a program of the repository's choosing.`,
    place: plugin.place,
    remedy: 'Use a generator or transformer with `apiVersion: builtin`, or commit what the program prints.',
  }
  return { references: [], findings: [finding] }
}
