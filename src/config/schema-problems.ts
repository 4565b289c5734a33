import { z } from 'zod'
import type { Problem } from '../model/errors.ts'
import { nearestName } from '../model/nearest-name.ts'
import type { Path, YamlSource } from './yaml-source.ts'

type Issue = z.core.$ZodIssue
type JsonSchema = z.core.JSONSchema.BaseSchema

/** Nobody reads more at once. */
const MOST = 100

/** The faults of a file's shape, the first hundred of a kind, each as a Problem with its place; empty when the file fits the schema. `reference` is the page that explains its keys. */
export function schemaProblems(schema: z.ZodType, source: YamlSource, reference: string): Problem[] {
  const { error } = schema.safeParse(source.value)
  if (!error) return []
  const shape = z.toJSONSchema(schema, { io: 'input' })
  const context = { source, shape, reference }
  const issues = error.issues.slice(0, MOST)
  const misspelt = new Set(issues.flatMap((issue) => misspeltKeys(issue, context)))
  return issues.filter(({ path }) => !misspelt.has(printPath(path))).flatMap((issue) => explain(issue, context))
}

interface Context {
  readonly source: YamlSource
  readonly shape: JsonSchema
  readonly reference: string
}

function explain(issue: Issue, context: Context): Problem[] {
  if (issue.code === 'invalid_union') return explainUnion(issue, context)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MOST).map((key) => unknownKey(issue.path, key, context))
  const value = valueAt(context.source.value, issue.path)
  if (value === undefined && issue.code !== 'custom') return [missingKey(issue.path, context)]
  return [invalidValue(issue, value, context)]
}

/** A value that has the form of one alternative is judged by that alternative; one that has none of the forms, by them all. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, context: Context): Problem[] {
  const value = valueAt(context.source.value, issue.path)
  if (value === undefined) return [missingKey(issue.path, context)]
  const fitting = issue.errors.filter((branch) => !branch.some(({ code, path }) => path.length === 0 && isOfForm(code)))
  const [closest] = fitting.toSorted((a, b) => a.length - b.length)
  if (!closest) return [invalidValue(issue, value, context)]
  return closest.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }, context))
}

/** Codes that say "this is another alternative altogether". */
function isOfForm(code: Issue['code']): boolean {
  return code === 'invalid_type' || code === 'invalid_value'
}

/** Where the keys belong that were meant by unknown ones: that those are missing is the same mistake. */
function misspeltKeys(issue: Issue, { source, shape }: Context): string[] {
  if (issue.code !== 'unrecognized_keys') return []
  const meant = issue.keys.slice(0, MOST).map((key) => nearestName(key, keysAt(shape, issue.path)))
  return meant
    .filter((key) => key !== undefined)
    .map((key) => [...issue.path, key])
    .filter((path) => valueAt(source.value, path) === undefined)
    .map(printPath)
}

function unknownKey(path: Path, key: string, { source, shape, reference }: Context): Problem {
  const known = keysAt(shape, path)
  const nearest = nearestName(key, known)
  return {
    code: 'CONFIG_UNKNOWN_KEY',
    message: `${path.length > 0 ? `${printPath(path)} has` : 'There is'} an unknown key "${key}".`,
    file: source.file,
    ...source.placeOfKey([...path, key]),
    remedy: nearest ? `Did you mean "${nearest}"?` : `Known keys: ${known.join(', ')}. See ${reference}.`,
  }
}

function missingKey(path: Path, { source, reference }: Context): Problem {
  return {
    code: 'CONFIG_MISSING_KEY',
    message: `${printPath(path)} is missing.`,
    file: source.file,
    ...source.placeOfValue(path),
    remedy: `Add it; see ${reference}.`,
  }
}

function invalidValue(issue: Issue, value: unknown, { source, reference }: Context): Problem {
  const nearest = typeof value === 'string' ? nearestName(value, choicesOf(issue)) : undefined
  return {
    code: 'CONFIG_INVALID',
    message: `${printPath(issue.path)} ${expectation(issue)}${insteadOf(issue, value)}.`,
    file: source.file,
    ...source.placeOfValue(issue.path),
    remedy: nearest ? `Did you mean "${nearest}"?` : `See ${reference}.`,
  }
}

/** The words that could stand there, those of all alternatives. */
function choicesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(choicesOf)
  return issue.code === 'invalid_value' ? issue.values.map(String) : []
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

function expectation(issue: Issue): string {
  if (!issue.message.startsWith('Invalid')) return issue.message
  if (issue.code === 'invalid_type') return `must be ${TYPES[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_value') return `must be ${issue.values.join(' or ')}`
  return 'is not valid'
}

/** What stands there instead. An address is not repeated: people put credentials into them. */
function insteadOf(issue: Issue, value: unknown): string {
  const scalar = ['string', 'number', 'boolean'].includes(typeof value) && !String(value).includes('://')
  return scalar && expectation(issue).startsWith('must') ? `, not ${JSON.stringify(value)}` : ''
}

/** `environments[1].gates.soak`; the file itself for an empty path. */
export function printPath(path: Path): string {
  if (path.length === 0) return 'The file'
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index ? '.' : ''}${String(step)}`))
    .join('')
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inside, step) => (inside as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  )
}

/** Keys the schema knows at a place, over all alternatives. */
function keysAt(schema: JsonSchema, path: Path): string[] {
  const alternatives = schema.anyOf as JsonSchema[] | undefined
  if (alternatives) return [...new Set(alternatives.flatMap((one) => keysAt(one, path)))]
  const [step, ...rest] = path
  if (step === undefined) return Object.keys(schema.properties ?? {})
  const inside = typeof step === 'number' ? schema.items : schema.properties?.[String(step)]
  return inside && typeof inside === 'object' ? keysAt(inside as JsonSchema, rest) : []
}

/** Order in which a reader meets problems of one file. */
export function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}
