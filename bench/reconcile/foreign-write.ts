import type { Cluster } from '../../src/model/cluster.ts'
import type { Json, JsonObject } from '../../src/model/json.ts'

export interface Named {
  readonly name: string
  readonly namespace: string
}

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' }
const SOMEBODY = { fieldManager: 'kubectl-patch' }

/** Writes a Deployment's replicas as `kubectl patch` would. */
export async function scaleByHand(cluster: Cluster, object: Named, replicas: number): Promise<void> {
  await cluster.patch({ ...DEPLOYMENT, ...object }, { spec: { replicas } }, SOMEBODY)
}

/** Writes a label of a Deployment as `kubectl patch` would. */
export async function labelByHand(cluster: Cluster, object: Named, label: string, value: string): Promise<void> {
  await cluster.patch({ ...DEPLOYMENT, ...object }, { metadata: { labels: { [label]: value } } }, SOMEBODY)
}

/** Tells every change of a Deployment's replicas until the signal. Resolves once it looks. */
export function watchReplicas(
  cluster: Cluster,
  onReplicas: (object: Named, replicas: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return watchDeployments(cluster, ({ spec }, named) => onReplicas(named, Number(at(spec, 'replicas'))), signal)
}

/** Tells every change of a Deployment with its value of a label. */
export function watchLabel(
  cluster: Cluster,
  label: string,
  onValue: (object: Named, value: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const told = ({ metadata }: JsonObject, named: Named) => onValue(named, String(at(at(metadata, 'labels'), label)))
  return watchDeployments(cluster, told, signal)
}

async function watchDeployments(
  cluster: Cluster,
  onChange: (object: JsonObject, named: Named) => void,
  signal: AbortSignal,
): Promise<void> {
  const from = await cluster.list(DEPLOYMENT)
  await new Promise<void>((resolve, reject) => {
    const watching = cluster.watch(
      DEPLOYMENT,
      { from },
      (event) => {
        if (event.type === 'SYNCED') resolve()
        if ('object' in event) onChange(event.object, namedOf(event.object))
      },
      signal,
    )
    watching.catch(reject)
  })
}

function namedOf({ metadata }: JsonObject): Named {
  return { name: String(at(metadata, 'name')), namespace: String(at(metadata, 'namespace')) }
}

function at(value: Json | undefined, name: string): Json | undefined {
  return value === undefined ? undefined : (value as JsonObject)[name]
}
