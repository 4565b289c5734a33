import type { LocatedValue } from '../located-yaml.ts'
import { isNull } from './references.ts'

/** What is wrong with a value, as in "`releaseName` must be …"; undefined where nothing is. */
export type FieldRule = (value: LocatedValue) => string | undefined

const MAX_SHOWN = 60

function text(pattern: RegExp, longest: number, meaning: string): FieldRule {
  return (value) => {
    if (isNull(value)) return undefined
    if (value.kind !== 'scalar' || typeof value.value !== 'string') return `must be ${meaning}, in quotes`
    if (value.value === '' || (pattern.test(value.value) && value.value.length <= longest)) return undefined
    return `must be ${meaning}, not ${shown(value.value)}`
  }
}

/** Addresses may hold a password, so the words after an `@` are not repeated. */
function shown(value: string): string {
  const harmless = value.replace(/:\/\/[^/]*@/, '://…@').replace(/[`\p{Cc}]/gu, ' ')
  return `\`${harmless.length > MAX_SHOWN ? `${harmless.slice(0, MAX_SHOWN)}…` : harmless}\``
}

function listOf(item: FieldRule): FieldRule {
  return (value) => {
    if (isNull(value)) return undefined
    if (value.kind !== 'list') return 'must be a list'
    return value.items.map(item).find((complaint) => complaint !== undefined)
  }
}

const flag: FieldRule = (value) =>
  isNull(value) || (value.kind === 'scalar' && typeof value.value === 'boolean')
    ? undefined
    : 'must be `true` or `false`'

const map: FieldRule = (value) => (isNull(value) || value.kind === 'map' ? undefined : 'must be a map')

const ignored: FieldRule = () => undefined

/** `https://host/path`, `http://…` or `oci://…`. */
export const CHART_ADDRESS =
  /^(?:https?|oci):\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~+-]+)*\/*$/

/** People name a directory where the chart is there already, so that nobody looks at `repo`. */
const RELATIVE_PATH = /^\.{1,2}(?:\/[A-Za-z0-9._-]+)*\/?$/

/** helm separates the files of one option by commas, and knows quotes there. */
const path = text(
  /^[\p{L}\p{N}_.@+=~ /-]+$/u,
  1_000,
  'a path of letters, digits, spaces and the signs `. _ @ + = ~ - /`',
)

const releaseName = text(
  /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
  53,
  'a release’s name: small letters, digits, `-` and `.`, at most 53',
)

/**
 * Each field of a chart in a kustomization, and the only values that it may have: none of them can be taken for an option of helm, for
 * a path out of the build's directory or for a template.
 */
export const CHART_FIELDS: Readonly<Record<string, FieldRule>> = {
  name: text(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 250, 'a chart’s name: letters, digits, `.`, `_` and `-`'),
  version: text(/^(?!-)[0-9A-Za-z.+*^~<>=!|, -]+$/, 100, 'a version, or a range of them'),
  repo: text(
    new RegExp(`${CHART_ADDRESS.source}|${RELATIVE_PATH.source}`),
    500,
    'the address of a chart repository, `https://…` or `oci://…`, without credentials, `?` and `%`',
  ),
  releaseName,
  namespace: text(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 63, 'a namespace’s name'),
  valuesFile: path,
  additionalValuesFiles: listOf(path),
  valuesInline: map,
  valuesMerge: text(/^(?:merge|override|replace)$/, 8, '`merge`, `override` or `replace`'),
  includeCRDs: flag,
  skipHooks: flag,
  skipTests: flag,
  apiVersions: listOf(
    text(/^[A-Za-z0-9][A-Za-z0-9./-]*$/, 250, 'an API version, e.g. `monitoring.coreos.com/v1/ServiceMonitor`'),
  ),
  kubeVersion: text(/^v?\d+\.\d+(?:\.\d+)?(?:[-+][0-9A-Za-z.+-]*)?$/, 60, 'a version of Kubernetes, e.g. `1.34.0`'),
  nameTemplate: text(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    53,
    'a name without a template: templates read the environment and the clock',
  ),
  debug: flag,
  devel: flag,
}

const noConfiguration: FieldRule = (value) =>
  isEmpty(value) ? undefined : 'is not allowed: helm would read plugins and repositories from there'

const noProgram: FieldRule = (value) =>
  isEmpty(value) ? undefined : 'is not allowed: the repository does not choose what is run'

export const GLOBAL_FIELDS: Readonly<Record<string, FieldRule>> = { chartHome: path, configHome: noConfiguration }

/** Of `helmChartInflationGenerator`, which kustomize still reads; it turns a part into the fields above and drops the others. */
export const OLD_FIELDS: Readonly<Record<string, FieldRule>> = {
  chartName: CHART_FIELDS.name ?? ignored,
  chartVersion: CHART_FIELDS.version ?? ignored,
  chartRepoUrl: CHART_FIELDS.repo ?? ignored,
  values: path,
  valuesLocal: map,
  valuesMerge: CHART_FIELDS.valuesMerge ?? ignored,
  releaseName,
  chartHome: path,
  helmHome: noConfiguration,
  helmBin: noProgram,
  extraArgs: noProgram,
  chartRepoName: ignored,
  releaseNamespace: ignored,
}

function isEmpty(value: LocatedValue): boolean {
  if (isNull(value)) return true
  return value.kind === 'list' ? value.items.length === 0 : value.kind === 'scalar' && value.value === ''
}
