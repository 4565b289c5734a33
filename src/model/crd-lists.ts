import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { isScalar, member } from './json-equal.ts'
import type { ListRule, ListSchema } from './list-schema.ts'
import type { Manifest } from './manifest.ts'

/** The schemas that CustomResourceDefinitions bring along: `group/version/Kind` → schema. Later definitions win. */
export function crdSchemas(manifests: readonly Manifest[]): Map<string, ListSchema> {
  const definitions = manifests.filter(
    ({ key }) => key.kind === 'CustomResourceDefinition' && key.group === 'apiextensions.k8s.io',
  )
  return new Map(definitions.flatMap(({ body }) => versionsOf(body)))
}

function versionsOf(body: JsonObject): [string, ListSchema][] {
  const spec = object(body.spec)
  const kind = object(spec.names).kind
  const versions = Array.isArray(spec.versions) ? (spec.versions as readonly Json[]) : []
  const shared = object(object(spec.validation).openAPIV3Schema)
  return versions.flatMap((version): [string, ListSchema][] => {
    const { name, schema } = object(version)
    const own = object(schema).openAPIV3Schema
    return [[`${spec.group}/${name}/${kind}`, toSchema(own === undefined ? shared : object(own))]]
  })
}

/** Reads a structural schema step by step, as far as an object is compared. */
function toSchema(schema: JsonObject): ListSchema {
  const rule = ruleOf(schema)
  const items = object(schema.items)
  return {
    ...(rule && { rule }),
    member: (name) => memberSchema(schema, name),
    get items() {
      return toSchema(items)
    },
  }
}

function memberSchema(schema: JsonObject, name: string): ListSchema | undefined {
  const found = member(object(schema.properties), name) ?? schema.additionalProperties
  return isJsonObject(found) ? toSchema(found) : undefined
}

function ruleOf(schema: JsonObject): ListRule | undefined {
  const keys = schema['x-kubernetes-list-map-keys']
  if (schema['x-kubernetes-list-type'] === 'set') return 'set'
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(keys)) return undefined
  const properties = object(object(schema.items).properties)
  return keys.map((key) => {
    const missing = object(member(properties, String(key))).default
    return { field: String(key), ...(isScalar(missing) && { missing }) }
  })
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
