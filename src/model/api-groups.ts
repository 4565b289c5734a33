import type { ResourceKey } from './resource-key.ts'

/**
 * Kinds that Kubernetes itself has moved to another group: the API server kept one object under both names, so what a render had
 * in the one and has in the other is the same object. From the deprecated API migration guide. Groups of custom resources are not
 * here: there, the other group is another object.
 */
const MOVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  extensions: {
    DaemonSet: 'apps',
    Deployment: 'apps',
    ReplicaSet: 'apps',
    Ingress: 'networking.k8s.io',
    NetworkPolicy: 'networking.k8s.io',
    PodSecurityPolicy: 'policy',
  },
  '': { Event: 'events.k8s.io' },
}

/** The group in which a kind is today. */
export function canonicalGroup({ group, kind }: Pick<ResourceKey, 'group' | 'kind'>): string {
  const moved = Object.hasOwn(MOVED, group) ? MOVED[group] : undefined
  return moved && Object.hasOwn(moved, kind) ? (moved[kind] as string) : group
}
