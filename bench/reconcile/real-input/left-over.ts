import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, ResourceKind } from '../../../src/model/cluster.ts'
import { type ResourceKey, resourceLabel } from '../../../src/model/resource-key.ts'
import { TARGET_LABEL } from '../../../src/reconcile/labels.ts'
import { keyOf } from '../../../src/reconcile/live/live-object.ts'

const EVERY_MS = 500

const KINDS: readonly ResourceKind[] = [
  { group: '', version: 'v1', kind: 'Namespace' },
  { group: '', version: 'v1', kind: 'ConfigMap' },
  { group: '', version: 'v1', kind: 'PersistentVolumeClaim' },
  { group: '', version: 'v1', kind: 'Service' },
  { group: '', version: 'v1', kind: 'ServiceAccount' },
  { group: 'apps', version: 'v1', kind: 'Deployment' },
  { group: 'apps', version: 'v1', kind: 'StatefulSet' },
  { group: 'batch', version: 'v1', kind: 'CronJob' },
  { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
  { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy' },
  { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' },
]

/** Kinds that are never deleted without an annotation that allows it: they take data or other objects with them. */
const PROTECTED = new Set(['Namespace', 'PersistentVolumeClaim', 'CustomResourceDefinition'])

/** Objects that still carry our label after so many seconds, apart from those that stay by rule. */
export async function leftOver(cluster: Cluster, seconds: number): Promise<{ left: string[]; protected: string[] }> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const lists = await Promise.all(KINDS.map((kind) => cluster.list(kind, { labelSelector: TARGET_LABEL })))
    const keys = lists.flatMap(({ items }) => items.map(keyOf)).filter(({ name }) => !name.startsWith('kept-'))
    const left = keys.filter(({ kind }) => !PROTECTED.has(kind))
    if (left.length === 0 || Date.now() > deadline) {
      return { left: left.map(print), protected: keys.filter(({ kind }) => PROTECTED.has(kind)).map(print) }
    }
    await sleep(EVERY_MS)
  }
}

function print(key: ResourceKey): string {
  return key.namespace ? `${key.namespace}/${resourceLabel(key)}` : resourceLabel(key)
}
