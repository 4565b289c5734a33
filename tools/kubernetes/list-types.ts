/** The parts of an OpenAPI v3 schema that are read here. */
export interface OpenApiSchema {
  readonly $ref?: string
  readonly allOf?: readonly OpenApiSchema[]
  readonly properties?: Readonly<Record<string, OpenApiSchema>>
  readonly items?: OpenApiSchema
  readonly additionalProperties?: OpenApiSchema
  readonly required?: readonly string[]
  readonly default?: unknown
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-patch-merge-key'?: string
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[]
}

/** One published document: `/openapi/v3/apis/apps/v1`. */
export interface OpenApiDocument {
  readonly components?: { readonly schemas?: Readonly<Record<string, OpenApiSchema>> }
}

type Schemas = Readonly<Record<string, OpenApiSchema>>

/**
 * One line a field that holds such a list, or leads to one: `type field rule type`, the rule being `map(key,key=default)`, `set`, or
 * `.` for a plain member, `[]` for items and `{}` for values on the way. Types are shared; kinds stand as `group/version/Kind`.
 * Left out: status, which manifests do not bring, and the metadata that every kind has.
 */
export function printListTypes(documents: readonly OpenApiDocument[]): string {
  const schemas: Schemas = Object.assign({}, ...documents.map((document) => document.components?.schemas ?? {}))
  const telling = tellingTypes(schemas)
  const kinds = new Map([...telling].flatMap((type) => kindOf(schemas[type]).map((id) => [type, id] as const)))
  const used = reachable([...kinds.keys()], schemas, telling)
  return used
    .flatMap((type) => linesOf(type, kinds.get(type) ?? shortName(type), schemas, telling))
    .filter((line) => !line.endsWith(EVERY_KIND) || !line.includes('/'))
    .sort()
    .join('\n')
}

/** Said once, by the reader of the table. */
const EVERY_KIND = ' metadata . meta.v1.ObjectMeta'

/** `group/version/Kind` of what is an object of the API by itself. */
function kindOf(schema: OpenApiSchema | undefined): string[] {
  const [kind, ...others] = schema?.['x-kubernetes-group-version-kind'] ?? []
  return kind && others.length === 0 && !kind.kind.endsWith('List')
    ? [[kind.group, kind.version, kind.kind].join('/')]
    : []
}

/** Types that hold a list with keys, directly or further down. */
function tellingTypes(schemas: Schemas): Set<string> {
  const telling = new Set<string>()
  for (let before = -1; before !== telling.size; ) {
    before = telling.size
    for (const [type, schema] of Object.entries(schemas)) {
      if (members(schema).some(([, field]) => isTelling(field, telling))) telling.add(type)
    }
  }
  return telling
}

function isTelling(field: OpenApiSchema, telling: ReadonlySet<string>): boolean {
  const target = targetOf(field)
  return ruleOf(field, {}) !== undefined || (target !== undefined && telling.has(target))
}

function reachable(from: readonly string[], schemas: Schemas, telling: ReadonlySet<string>): string[] {
  const seen = new Set<string>()
  const open = [...from]
  for (let type = open.pop(); type !== undefined; type = open.pop()) {
    if (seen.has(type)) continue
    seen.add(type)
    const targets = members(schemas[type]).map(([, field]) => targetOf(field))
    open.push(...targets.filter((target) => target !== undefined && telling.has(target)).map(String))
  }
  return [...seen]
}

function linesOf(type: string, name: string, schemas: Schemas, telling: ReadonlySet<string>): string[] {
  return members(schemas[type]).flatMap(([field, schema]) => {
    if (!isTelling(schema, telling)) return []
    const target = targetOf(schema)
    const rule = ruleOf(schema, schemas) ?? (schema.items ? '[]' : schema.additionalProperties ? '{}' : '.')
    return [[name, field, rule, ...(target && telling.has(target) ? [shortName(target)] : [])].join(' ')]
  })
}

function members(schema: OpenApiSchema | undefined): [string, OpenApiSchema][] {
  return Object.entries(schema?.properties ?? {}).filter(([field]) => field !== 'status')
}

function ruleOf(field: OpenApiSchema, schemas: Schemas): string | undefined {
  const type = field['x-kubernetes-list-type']
  const merge = field['x-kubernetes-patch-merge-key']
  if (type === 'set') return 'set'
  const keys = type === 'map' ? field['x-kubernetes-list-map-keys'] : merge === undefined ? undefined : [merge]
  if (!keys) return undefined
  const item = schemas[targetOf(field) ?? ''] ?? field.items
  return `map(${keys.map((key) => key + defaultOf(item, key)).join(',')})`
}

/** What the server fills in; zeros and empty texts of required fields are only how Go prints them. */
function defaultOf(item: OpenApiSchema | undefined, key: string): string {
  const value = item?.properties?.[key]?.default
  return typeof value === 'string' && value !== '' && !item?.required?.includes(key) ? `=${value}` : ''
}

function targetOf(field: OpenApiSchema): string | undefined {
  const inner = field.items ?? field.additionalProperties ?? field
  return (inner.$ref ?? inner.allOf?.[0]?.$ref)?.replace('#/components/schemas/', '')
}

function shortName(type: string): string {
  return type.replace(/^io\.k8s\.(?:api|apimachinery\.pkg\.apis|\w[\w-]*\.pkg\.apis)\./, '')
}
