/** A kind that somebody else's operator brings: defined without a schema. */
export interface Definition {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
}

const ISTIO = { group: 'networking.istio.io', version: 'v1alpha3' }
const GATEWAY = { group: 'gateway.networking.k8s.io', version: 'v1beta1' }

export const definitions: readonly Definition[] = [
  { ...ISTIO, kind: 'ServiceEntry', plural: 'serviceentries' },
  { ...ISTIO, kind: 'VirtualService', plural: 'virtualservices' },
  { ...GATEWAY, kind: 'Gateway', plural: 'gateways' },
  { ...GATEWAY, kind: 'HTTPRoute', plural: 'httproutes' },
]

export function definitionBody({ group, version, kind, plural }: Definition) {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      // What stands below *.k8s.io needs somebody's approval.
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for a benchmark' },
    },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  }
}

/** A volume for a claim of that size, which nobody provisions in the bench. */
export function volumeBody(index: number, storage: string) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `bench-${index}` },
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: `/bench-${index}` },
    },
  }
}
