/** Names one Kubernetes object. Two renders hold the same object when `resourceId` is equal (the version may move). */
export interface ResourceKey {
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Absent for cluster-scoped objects, and in renders that leave it to the applier. */
  readonly namespace?: string
  readonly name: string
}

/** `apps/Deployment/shop/checkout`: group, kind, namespace, name. Unique within a render. */
export function resourceId(key: ResourceKey): string {
  return [key.group, key.kind, key.namespace ?? '', key.name].join('/')
}

/** Reads back what `resourceId` printed; the version is not part of an id and is given by the caller. */
export function parseResourceId(id: string, version = ''): ResourceKey {
  const [group = '', kind = '', namespace = '', ...name] = id.split('/')
  return { group, version, kind, ...(namespace && { namespace }), name: name.join('/') }
}

/** For people: `Deployment/checkout`. */
export function resourceLabel(key: ResourceKey): string {
  return `${key.kind}/${key.name}`
}

/** `apps/v1`, or `v1` in the core group. */
export function apiVersion(key: ResourceKey): string {
  return key.group ? `${key.group}/${key.version}` : key.version
}
