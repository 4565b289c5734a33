import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv2019, type ErrorObject, type ValidateFunction } from 'ajv/dist/2019.js'
import addFormats from 'ajv-formats'
import { jsonSchemaOf } from './openapi-json-schema.ts'

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string
  /** Below the API address, e.g. `/repos/acme/shop/pulls`. */
  readonly path: string
  readonly query: URLSearchParams
  /** `undefined` without a body. */
  readonly request: unknown
  readonly status: number
  /** `undefined` without a body. */
  readonly answer: unknown
}

interface Operation {
  readonly parameters?: readonly Referable<Parameter>[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Referable<{ readonly content?: Content }>>>
}

type Referable<T> = T | { readonly $ref: string }
type Content = Readonly<Record<string, { readonly schema: object }>>
type PathItem = Readonly<Record<string, Operation | undefined>>

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: { readonly type?: string }
}

interface Description {
  readonly paths: Readonly<Record<string, PathItem>>
}

/** Where the description contradicts itself. */
function correct(description: Description): Description {
  // The account of an installation is a user or an enterprise, and not both as this one route says.
  const listed = description.paths['/app/installations']?.get?.responses['200'] as { content: Content }
  Object.assign(listed.content['application/json']?.schema ?? {}, {
    items: { $ref: '#/components/schemas/installation' },
  })
  return description
}

const ID = 'https://api.github.com/description'
const description = correct(
  JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json'), 'utf8'),
  ),
)
const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false, validateFormats: true })
;(addFormats as unknown as (ajv: Ajv2019) => void)(ajv)
ajv.addSchema({ ...(jsonSchemaOf(description) as object), $id: ID })
const validators = new Map<string, ValidateFunction>()

/** GitHub's name of the route, e.g. `GET /repos/{owner}/{repo}/pulls`; undefined where its description has none. */
export function routeOf(exchange: Pick<Exchange, 'method' | 'path'>): string | undefined {
  const fitting = ROUTES.filter(({ method, pattern }) => method === exchange.method && pattern.test(exchange.path))
  const best = fitting.toSorted((one, other) => other.literals - one.literals)[0]
  return best && `${best.method} ${best.path}`
}

/** The refusals GitHub documents for a route, e.g. 404 and 422. */
export function documentedRefusals(route: string): number[] {
  return Object.keys(operationOf(route).operation.responses)
    .map(Number)
    .filter((status) => status >= 400 && status < 500)
}

/** What the description does not allow about a request; empty for a good one. */
export function requestFaults(exchange: Exchange): string[] {
  const route = routeOf(exchange)
  if (!route) return ['no such route']
  const { pointer, operation } = operationOf(route)
  return [...queryFaults(operation, exchange.query), ...bodyFaults(pointer, operation, exchange.request)]
}

/** What the description does not allow about an answer. Refusals that a route does not spell out have GitHub's general form. */
export function answerFaults(exchange: Exchange): string[] {
  const route = routeOf(exchange)
  if (!route) return ['no such route']
  const { pointer, operation } = operationOf(route)
  const { status, answer } = exchange
  const listed = operation.responses[status]
  const { content } = listed ? resolve(listed) : {}
  if (listed && content) {
    const place = '$ref' in listed ? listed.$ref.slice(1) : `${pointer}/responses/${status}`
    return faults(`${place}/content/${segment(jsonTypeOf(content))}/schema`, answer)
  }
  if (status >= 400) return faults('/components/schemas/basic-error', answer)
  if (!listed) return [`a ${status} is not documented`]
  return answer === undefined ? [] : ['an answer without a body is documented']
}

function queryFaults(operation: Operation, query: URLSearchParams): string[] {
  const known = new Map((operation.parameters ?? []).map(resolve).map((one) => [`${one.in} ${one.name}`, one]))
  return [...query].flatMap(([name, value]) => {
    const parameter = known.get(`query ${name}`)
    if (!parameter) return [`query: no parameter ${name}`]
    return valueFaults(parameter, value)
  })
}

function valueFaults({ name, schema }: Parameter, text: string): string[] {
  const isNumber = schema.type === 'integer' || schema.type === 'number'
  const value = isNumber ? Number(text) : schema.type === 'boolean' ? text === 'true' : text
  const validate = ajv.compile(jsonSchemaOf(schema) as object)
  return validate(value) ? [] : print(validate.errors).map((fault) => `query: ${name}${fault}`)
}

function bodyFaults(pointer: string, { requestBody }: Operation, body: unknown): string[] {
  if (!requestBody) return body === undefined ? [] : ['request: no body is documented']
  if (body === undefined) return requestBody.required ? ['request: a body is required'] : []
  const place = `${pointer}/requestBody/content/${segment(jsonTypeOf(requestBody.content))}/schema`
  return faults(place, body, { closed: true }).map((fault) => `request: ${fault}`)
}

/** `closed`: properties of the outermost object that the schema does not name are faults too. */
function faults(pointer: string, value: unknown, { closed = false } = {}): string[] {
  const key = `${pointer} ${closed}`
  const schema = { $ref: `${ID}#${encodeURI(pointer)}`, ...(closed && { unevaluatedProperties: false }) }
  const validate = validators.get(key) ?? ajv.compile(schema)
  validators.set(key, validate)
  return validate(value) ? [] : print(validate.errors)
}

function print(errors: readonly ErrorObject[] | null | undefined): string[] {
  return (errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

interface KnownRoute {
  readonly method: string
  readonly path: string
  readonly pattern: RegExp
  readonly literals: number
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

const ROUTES: readonly KnownRoute[] = Object.entries(description.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({
    method: method.toUpperCase(),
    path,
    pattern: patternOf(path),
    literals: path.split('/').filter((part) => !part.includes('{')).length,
  })),
)

/** References and paths of files go over several segments. */
function patternOf(path: string): RegExp {
  const source = path
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return part.replaceAll('.', '\\.')
      return /^\{(ref|path|basehead)\}$/.test(part) ? '.+' : '[^/]+'
    })
    .join('')
  return new RegExp(`^${source}$`)
}

function operationOf(route: string): { pointer: string; operation: Operation } {
  const [method = '', path = ''] = route.split(' ')
  const operation = description.paths[path]?.[method.toLowerCase()]
  if (!operation) throw new Error(`GitHub describes no ${route}`)
  return { pointer: `/paths/${segment(path)}/${method.toLowerCase()}`, operation }
}

function resolve<T>(referable: Referable<T>): T {
  if (typeof referable !== 'object' || referable === null || !('$ref' in referable)) return referable
  const parts = referable.$ref.slice(2).split('/')
  return parts.reduce((at: unknown, part) => (at as Record<string, unknown>)[part], description) as T
}

function jsonTypeOf(content: Content): string {
  const types = Object.keys(content)
  return types.find((type) => type === 'application/json') ?? types.find((type) => type.includes('json')) ?? ''
}

/** A segment of a JSON pointer. */
function segment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
