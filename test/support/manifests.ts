import type { JsonObject } from '../../src/model/json.ts'
import type { Manifest } from '../../src/model/manifest.ts'

/** A manifest from its body; the key is read from it as a render would. */
export function manifest(body: JsonObject): Manifest {
  const [group, version] = splitApiVersion(String(body.apiVersion))
  const metadata = body.metadata as JsonObject
  const namespace = metadata.namespace === undefined ? {} : { namespace: String(metadata.namespace) }
  return { key: { group, version, kind: String(body.kind), ...namespace, name: String(metadata.name) }, body }
}

export function secret(name: string, values: { data?: JsonObject; stringData?: JsonObject }): Manifest {
  return manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...values })
}

export function configMap(name: string, data: JsonObject, metadata: JsonObject = {}): Manifest {
  return manifest({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data })
}

export function deployment(
  name: string,
  options: { image?: string; replicas?: number; spec?: JsonObject } = {},
): Manifest {
  const container = { name, image: options.image ?? `registry.example.com/${name}:1.0.0` }
  return manifest({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { replicas: options.replicas ?? 2, template: { spec: { containers: [container], ...options.spec } } },
  })
}

function splitApiVersion(apiVersion: string): [string, string] {
  const [first = '', second] = apiVersion.split('/')
  return second === undefined ? ['', first] : [first, second]
}
