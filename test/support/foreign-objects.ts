import type { Cluster, LiveObject } from '../../src/model/cluster.ts'
import { canonicalJson, type JsonObject } from '../../src/model/json.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** As `kubectl apply` makes an object: it notes in an annotation what it sent. */
export function appliedByKubectl(cluster: Cluster, body: JsonObject): Promise<LiveObject> {
  const metadata = body.metadata as JsonObject
  const annotations = { ...(metadata.annotations as JsonObject | undefined), [LAST_APPLIED]: canonicalJson(body) }
  return cluster.create(
    { ...body, metadata: { ...metadata, annotations } },
    { fieldManager: 'kubectl-client-side-apply' },
  )
}

/** As a tool makes an object that is not there: what it sends is its own by an Update. */
export function createdBy(cluster: Cluster, fieldManager: string, body: JsonObject): Promise<LiveObject> {
  return cluster.create(body, { fieldManager })
}

/** As a tool makes an object by server-side apply. */
export function appliedBy(cluster: Cluster, fieldManager: string, body: JsonObject): Promise<LiveObject> {
  return cluster.apply(body, { fieldManager, force: true })
}
