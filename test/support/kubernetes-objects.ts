import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.ts'

/** A small Deployment in `default`; `spec` members replace the usual ones. */
export function deployment(name: string, spec: JsonObject = {}): JsonObject {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', labels },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      ...spec,
    },
  }
}

export function configMap(name: string, data: JsonObject = {}, labels: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', labels }, data }
}

/** A cluster-wide or namespaced kind of `example.dev/v1` that keeps any field. */
export function customResourceDefinition(kind: string, scope: 'Namespaced' | 'Cluster' = 'Namespaced'): JsonObject {
  const plural = `${kind.toLowerCase()}s`
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.dev` },
    spec: {
      group: 'example.dev',
      scope,
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  }
}

/** The value at a path of member names and indexes, undefined where there is none. */
export function at(object: Json | undefined, ...path: (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)]
    return isJsonObject(value) ? value[step] : undefined
  }, object)
}

export function managersOf(object: JsonObject): string[] {
  const entries = at(object, 'metadata', 'managedFields')
  return Array.isArray(entries) ? entries.map((entry) => String(at(entry, 'manager'))) : []
}
