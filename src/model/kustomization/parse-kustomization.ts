import { isUtf8 } from 'node:buffer'
import type { Json } from '../json.ts'
import { type LocatedMember, type LocatedValue, parseLocatedYaml, toJson, YamlFault } from '../located-yaml.ts'
import { nearestName } from '../nearest-name.ts'
import { readHelmFields } from './helm-charts.ts'
import {
  type Finding,
  type Findings,
  foldKey,
  generatorFiles,
  isNull,
  optionalFile,
  type Reference,
  valuesOf,
} from './references.ts'

/** In the order in which kustomize looks for them; two in one directory are an error. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const

export interface Kustomization extends Findings {
  /** What kustomize reads from it: with this written out as JSON, no other reading of the text is possible. */
  readonly value?: Json
}

const MAX_BYTES = 1024 * 1024

/** Reads a kustomization, old spellings included, and finds everything it refers to. Never throws. */
export function parseKustomization(content: Buffer): Kustomization {
  if (content.length > MAX_BYTES) return faulty(tooLarge)
  try {
    if (!isUtf8(content)) throw new YamlFault('it is not UTF-8 text', { line: 1, column: 1 })
    const [located] = parseLocatedYaml(content.toString('utf8'))
    if (!located || isNull(located)) return { references: [], findings: [] }
    if (located.kind !== 'map') return faulty(invalid('A kustomization is a map of fields', located))
    return { value: toJson(located), ...join([readFields(located.members), readHelmFields(located)]) }
  } catch (error) {
    return faulty(syntaxFinding(error))
  }
}

export function syntaxFinding(error: unknown): Finding {
  if (!(error instanceof YamlFault)) throw error
  return {
    code: 'KUSTOMIZATION_SYNTAX',
    message: `This cannot be read as plain YAML: ${error.message}.`,
    place: error.place,
    remedy: 'Write it as plain YAML: UTF-8, without tags and directives, few aliases.',
  }
}

type FieldReader = (field: string, value: LocatedValue) => Findings

const plain: FieldReader = () => ({ references: [], findings: [] })

const listOf =
  (read: (field: string, item: LocatedValue) => Findings): FieldReader =>
  (field, value) => {
    if (isNull(value)) return plain(field, value)
    if (value.kind !== 'list') return faulty(invalid(`\`${field}\` is a list`, value))
    return join(value.items.map((item) => read(field, item)))
  }

const texts = (kind: Reference['kind']): FieldReader =>
  listOf((field, item) => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string')
      return faulty(invalid(`\`${field}\` lists texts`, item))
    return { references: [{ kind, field, text: item.value, place: item.place }], findings: [] }
  })

const filesOf = (find: (field: string, item: LocatedValue) => Reference[]): FieldReader =>
  listOf((field, item) => ({ references: find(field, item), findings: [] }))

const pathOf = filesOf((field, item) => valuesOf(item, 'path').flatMap((value) => optionalFile(`${field}.path`, value)))

const openapi: FieldReader = (field, value) => ({
  references: valuesOf(value, 'path').flatMap((path) => optionalFile(`${field}.path`, path)),
  findings: [],
})

const FIELDS: Readonly<Record<string, FieldReader>> = {
  apiVersion: plain,
  kind: plain,
  metadata: plain,
  openapi,
  namePrefix: plain,
  nameSuffix: plain,
  namespace: plain,
  commonLabels: plain,
  labels: plain,
  commonAnnotations: plain,
  patchesStrategicMerge: texts('patch'),
  patchesJson6902: pathOf,
  patches: pathOf,
  images: plain,
  imageTags: plain,
  replacements: pathOf,
  replicas: plain,
  vars: plain,
  sortOptions: plain,
  resources: texts('resource'),
  components: texts('component'),
  crds: texts('file'),
  bases: texts('resource'),
  configMapGenerator: filesOf(generatorFiles),
  secretGenerator: filesOf(generatorFiles),
  helmGlobals: plain,
  helmCharts: plain,
  helmChartInflationGenerator: plain,
  generatorOptions: plain,
  configurations: texts('file'),
  generators: texts('plugin'),
  transformers: texts('plugin'),
  validators: texts('plugin'),
  buildMetadata: plain,
}

const FIELD_BY_FOLDED_NAME = new Map(Object.keys(FIELDS).map((name) => [foldKey(name), name]))

function readFields(members: readonly LocatedMember[]): Findings {
  return join(
    members.map((member) => {
      const name = FIELD_BY_FOLDED_NAME.get(foldKey(member.key))
      return name === undefined ? faulty(unknownField(member)) : (FIELDS[name] ?? plain)(name, member.value)
    }),
  )
}

export function join(parts: readonly Findings[]): Findings {
  return {
    references: parts.flatMap((part) => part.references),
    findings: parts.flatMap((part) => part.findings),
    charts: parts.flatMap((part) => part.charts ?? []),
  }
}

function faulty(finding: Finding): Findings {
  return { references: [], findings: [finding] }
}

function unknownField(member: LocatedMember): Finding {
  const nearest = nearestName(member.key, Object.keys(FIELDS))
  return {
    code: 'KUSTOMIZATION_UNKNOWN_FIELD',
    message: `kustomize knows no field \`${member.key}\`.`,
    place: member.place,
    remedy: nearest ? `Did you mean \`${nearest}\`?` : 'Remove it, or correct its name.',
  }
}

function invalid(message: string, value: LocatedValue): Finding {
  return {
    code: 'KUSTOMIZATION_INVALID',
    message: `${message}; this is something else.`,
    place: value.place,
    remedy: 'Correct the value at this place.',
  }
}

const tooLarge: Finding = {
  code: 'KUSTOMIZATION_TOO_LARGE',
  message: 'The kustomization is larger than 1 MiB.',
  place: { line: 1, column: 1 },
  remedy: 'Move resources and patches into files of their own.',
}
