import type { LocatedMember, LocatedValue, Place } from '../located-yaml.ts'
import { nearestName } from '../nearest-name.ts'
import type { HelmChart } from './helm-chart.ts'
import { CHART_FIELDS, type FieldRule, GLOBAL_FIELDS, OLD_FIELDS } from './helm-fields.ts'
import { type Finding, type Findings, foldKey, isNull, itemsOf, membersOf, type Reference } from './references.ts'

const DEFAULT_HOME = 'charts'

/** The charts of a kustomization's `helmCharts`, `helmGlobals` and `helmChartInflationGenerator`, every field of them checked. */
export function readHelmFields(kustomization: LocatedValue): Findings {
  const [charts, old, globals] = ['helmCharts', 'helmChartInflationGenerator', 'helmGlobals'].map((name) =>
    membersOf(kustomization).filter(({ key }) => foldKey(key) === foldKey(name)),
  ) as [LocatedMember[], LocatedMember[], LocatedMember[]]
  const twice = [charts, old, globals].flatMap((members) => otherSpelling(members))
  const readGlobals = globals.map(({ value }) => checkMap('helmGlobals', value, GLOBAL_FIELDS))
  const readOld = entries(old).map((entry) => checkMap('helmChartInflationGenerator', entry, OLD_FIELDS))
  const readNew = entries(charts).map((entry) => checkMap('helmCharts', entry, CHART_FIELDS))
  const home = text(readGlobals.at(-1), 'chartHome') ?? lastText(readOld, 'chartHome') ?? DEFAULT_HOME
  const asNew = readOld.map(fromOld)
  const findings = [...readGlobals, ...readOld, ...readNew].flatMap((read) => read.findings)
  return together([...readNew, ...asNew], home, [...twice, ...lists([...charts, ...old]), ...findings])
}

/** A builtin HelmChartInflationGenerator, which holds the fields of one chart and the global ones. */
export function readHelmGenerator(plugin: LocatedValue): Findings {
  const fields = { ...CHART_FIELDS, ...GLOBAL_FIELDS, apiVersion: ignored, kind: ignored, metadata: ignored }
  const read = checkMap('HelmChartInflationGenerator', plugin, fields)
  return together([read], text(read, 'chartHome') ?? DEFAULT_HOME, read.findings)
}

const ignored: FieldRule = () => undefined

interface CheckedMap {
  readonly field: string
  readonly place: Place
  readonly values: ReadonlyMap<string, LocatedValue>
  readonly findings: readonly Finding[]
}

function checkMap(field: string, located: LocatedValue, rules: Readonly<Record<string, FieldRule>>): CheckedMap {
  const names = new Map(Object.keys(rules).map((name) => [foldKey(name), name]))
  const values = new Map<string, LocatedValue>()
  const findings: Finding[] = [...otherSpelling(membersOf(located))]
  if (located.kind !== 'map' && !isNull(located)) findings.push(notAMap(field, located.place))
  for (const member of membersOf(located)) {
    const name = names.get(foldKey(member.key))
    const complaint = name === undefined ? undefined : rules[name]?.(member.value)
    if (name === undefined) findings.push(unknownField(field, member, Object.keys(rules)))
    else if (complaint !== undefined) findings.push(refusedField(`${field}.${name}`, complaint, member.value.place))
    else values.set(name, member.value)
  }
  return { field, place: located.place, values, findings }
}

function fromOld(read: CheckedMap): CheckedMap {
  const renamed = Object.entries(OLD_NAMES).flatMap(([old, name]) => {
    const value = read.values.get(old)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...read, values: new Map(renamed) }
}

const OLD_NAMES = { chartName: 'name', chartVersion: 'version', chartRepoUrl: 'repo', values: 'valuesFile' } as const

/** Nothing is opened or read for fields that are at fault. */
function together(reads: readonly CheckedMap[], home: string, findings: readonly Finding[]): Findings {
  if (findings.length > 0) return { references: [], findings }
  const unnamed = reads.filter((read) => text(read, 'name') === undefined)
  if (unnamed.length > 0) return { references: [], findings: unnamed.map(noName) }
  return {
    references: reads.flatMap(valueFiles),
    findings: [],
    charts: reads.map((read) => toChart(read, home)),
  }
}

function toChart(read: CheckedMap, chartHome: string): HelmChart {
  const version = text(read, 'version')
  const repo = text(read, 'repo')
  const name = text(read, 'name') ?? ''
  return { name, ...(version && { version }), ...(repo && { repo }), chartHome, place: read.place }
}

function valueFiles({ field, values }: CheckedMap): Reference[] {
  const lists = ['valuesFile', 'additionalValuesFiles'].flatMap((name) => {
    const value = values.get(name)
    const items = value?.kind === 'list' ? itemsOf(value) : value ? [value] : []
    return items.map((item) => ({ name, item }))
  })
  return lists.flatMap(({ name, item }) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value !== ''
      ? [{ kind: 'file' as const, field: `${field}.${name}`, text: item.value, place: item.place }]
      : [],
  )
}

function text(read: CheckedMap | undefined, name: string): string | undefined {
  const value = read?.values.get(name)
  return value?.kind === 'scalar' && typeof value.value === 'string' && value.value !== '' ? value.value : undefined
}

function lastText(reads: readonly CheckedMap[], name: string): string | undefined {
  return reads.map((read) => text(read, name)).findLast((value) => value !== undefined)
}

function entries(members: readonly LocatedMember[]): LocatedValue[] {
  return members.flatMap(({ value }) => itemsOf(value))
}

function lists(members: readonly LocatedMember[]): Finding[] {
  const wrong = members.filter(({ value }) => value.kind !== 'list' && !isNull(value))
  return wrong.map(({ key, value }) => invalid(`\`${key}\` is a list of charts; this is something else.`, value.place))
}

/** Of two spellings readers take one or the other; of two that are the same they all take the last. */
function otherSpelling(members: readonly LocatedMember[]): Finding[] {
  const first = new Map<string, string>()
  return members.flatMap(({ key, place }) => {
    const known = first.get(foldKey(key)) ?? key
    first.set(foldKey(key), known)
    return known === key ? [] : [invalid(`\`${key}\` stands here a second time, after \`${known}\`.`, place)]
  })
}

function notAMap(field: string, place: Place): Finding {
  return invalid(`\`${field}\` holds maps of fields; this is something else.`, place)
}

function noName({ field, place }: CheckedMap): Finding {
  return invalid(`\`${field}\` names no chart.`, place)
}

function invalid(message: string, place: Place): Finding {
  return { code: 'KUSTOMIZATION_INVALID', message, place, remedy: 'Correct the value at this place.' }
}

function unknownField(field: string, member: LocatedMember, known: readonly string[]): Finding {
  const nearest = nearestName(member.key, known)
  return {
    code: 'KUSTOMIZATION_UNKNOWN_FIELD',
    message: `\`${field}\` knows no field \`${member.key}\`.`,
    place: member.place,
    remedy: nearest ? `Did you mean \`${nearest}\`?` : 'Remove it, or correct its name.',
  }
}

function refusedField(field: string, complaint: string, place: Place): Finding {
  return {
    code: 'HELM_REFUSED',
    message: `\`${field}\` ${complaint}.`,
    place,
    remedy: 'Correct the value, or remove the field.',
  }
}
