import { Environment, EvaluationError, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js'
import type { Json, JsonObject } from '../model/json.ts'
import { expressionFault, loopsOf, nodesOf } from './expression-grammar.ts'

/** Steps one evaluation may take at most; a few milliseconds. */
const BUDGET = 2_000_000

/** A yes-or-no question about one live object, in CEL. */
export interface HealthExpression {
  readonly text: string
  /** A field that is not there makes the answer false; `too-large`: the object has lists too long to be looked through. */
  readonly holds: (object: JsonObject) => boolean | 'too-large'
}

const language = new Environment({
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 300, maxDepth: 30, maxListElements: 30, maxMapEntries: 10, maxCallArguments: 4 },
})
  .registerVariable('object', 'map')
  .registerVariable('apiVersion', 'string')
  .registerVariable('kind', 'string')
  .registerVariable('metadata', 'map')
  .registerVariable('spec', 'map')
  .registerVariable('status', 'map')

/** What is wrong with the text, as the end of a sentence that begins with its key, or the expression. Reads nothing but the object it is given. */
export function parseHealthExpression(text: string): HealthExpression | { readonly fault: string } {
  try {
    const parsed = language.parse(text)
    const { valid, type, error } = parsed.check()
    if (!valid) return { fault: `is not a valid expression: ${error?.message.split('\n')[0]}` }
    if (type !== 'bool' && type !== 'dyn') return { fault: `must say yes or no, but gives ${type}` }
    const fault = expressionFault(parsed.ast)
    if (fault) return { fault }
    const cost = { nodes: nodesOf(parsed.ast), loops: loopsOf(parsed.ast) }
    return { text, holds: (object) => holds(parsed, object, cost) }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return { fault: `is not a valid expression: ${error.message.split('\n')[0]}` }
  }
}

type Parsed = ReturnType<typeof language.parse>

function holds(parsed: Parsed, object: JsonObject, cost: { nodes: number; loops: number }): boolean | 'too-large' {
  if (cost.nodes * longestOf(object) ** cost.loops > BUDGET) return 'too-large'
  const { apiVersion, kind, metadata = {}, spec = {}, status = {} } = object
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : '')
  const part = (value: Json) => withIntegers(isMap(value) ? value : {})
  const context = { metadata: part(metadata), spec: part(spec), status: part(status), object: withIntegers(object) }
  try {
    return parsed({ ...context, apiVersion: text(apiVersion), kind: text(kind) }) === true
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof TypeFault) return false
    throw error
  }
}

function isMap(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** CEL tells whole numbers from fractions by their type. */
function withIntegers(value: Json): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withIntegers)
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, withIntegers(inside as Json)]))
}

/** Entries of the longest list or mapping in a value, at least one. */
function longestOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1
  const inside = Object.values(value) as Json[]
  return Math.max(
    1,
    inside.length,
    inside.reduce<number>((longest, one) => Math.max(longest, longestOf(one)), 1),
  )
}
