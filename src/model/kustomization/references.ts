import type { Problem } from '../errors.ts'
import type { LocatedMember, LocatedValue, Place } from '../located-yaml.ts'
import type { HelmChart } from './helm-chart.ts'

/**
 * What a kustomization refers to. `resource`: a file, directory or address · `component`: a directory or address · `file`: a file in
 * or below its own directory · `patch`: such a file, or YAML written in place · `plugin`: configuration written in place, or as `resource`.
 */
export interface Reference {
  readonly kind: 'resource' | 'component' | 'file' | 'patch' | 'plugin'
  /** e.g. `resources`. */
  readonly field: string
  readonly text: string
  readonly place: Place
}

/** A fault of one file, without the file's name: the same text may stand in several places. */
export interface Finding {
  readonly code: string
  readonly message: string
  readonly place: Place
  readonly remedy: string
}

export interface Findings {
  readonly references: readonly Reference[]
  readonly findings: readonly Finding[]
  readonly charts?: readonly HelmChart[]
}

/** The finding where a file of that name has it. */
export function toProblem(file: string, { code, message, place, remedy }: Finding): Problem {
  return { code, message, file, line: place.line, column: place.column, remedy }
}

/** Go's JSON reader, which kustomize decodes with, does not tell `Resources` from `resources`, nor the long s (ſ) from s. */
export function foldKey(key: string): string {
  return key.toUpperCase().toLowerCase()
}

/** Values of every member of that name, in any spelling; kustomize would take one of them, here all count. */
export function valuesOf(located: LocatedValue, name: string): LocatedValue[] {
  return membersOf(located)
    .filter((member) => foldKey(member.key) === foldKey(name))
    .map((member) => member.value)
}

export function membersOf(located: LocatedValue): readonly LocatedMember[] {
  return located.kind === 'map' ? located.members : []
}

export function itemsOf(located: LocatedValue): readonly LocatedValue[] {
  return located.kind === 'list' ? located.items : []
}

export function isNull(located: LocatedValue): boolean {
  return located.kind === 'scalar' && located.value === null
}

/** A reference for a text, nothing for null or the empty text of an optional field. */
export function optionalFile(field: string, located: LocatedValue): Reference[] {
  if (located.kind !== 'scalar' || typeof located.value !== 'string' || located.value === '') return []
  return [{ kind: 'file', field, text: located.value, place: located.place }]
}

/** The files of a ConfigMap or Secret generator, in a kustomization or as a plugin of its own. */
export function generatorFiles(field: string, generator: LocatedValue): Reference[] {
  const env = valuesOf(generator, 'env').flatMap((value) => optionalFile(`${field}.env`, value))
  const envs = valuesOf(generator, 'envs')
    .flatMap(itemsOf)
    .flatMap((value) => optionalFile(`${field}.envs`, value))
  const files = valuesOf(generator, 'files')
    .flatMap(itemsOf)
    .flatMap((value) => optionalFile(`${field}.files`, value))
  return [...env, ...envs, ...files.map((file) => ({ ...file, text: withoutKey(file.text) }))]
}

/** `key=path` or `path`; with more than one `=` kustomize refuses the entry itself. */
function withoutKey(source: string): string {
  return source.slice(source.indexOf('=') + 1)
}
