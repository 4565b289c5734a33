import type { Cluster } from '../../src/model/cluster.ts'
import type { JsonObject } from '../../src/model/json.ts'

export interface Named {
  readonly name: string
  readonly namespace: string
}

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' }

/** Writes replicas as `kubectl scale` or `kubectl patch` would. */
export async function scaleByHand(cluster: Cluster, object: Named, replicas: number): Promise<void> {
  await cluster.patch({ ...DEPLOYMENT, ...object }, { spec: { replicas } }, { fieldManager: 'kubectl-patch' })
}

/** Tells of every change of a Deployment's replicas until the signal. Resolves once it looks. */
export async function watchReplicas(
  cluster: Cluster,
  onReplicas: (object: Named, replicas: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const from = await cluster.list(DEPLOYMENT)
  await new Promise<void>((resolve, reject) => {
    cluster
      .watch(
        DEPLOYMENT,
        { from },
        (event) => {
          if (event.type === 'SYNCED') resolve()
          if ('object' in event) onReplicas(namedOf(event.object), Number((event.object.spec as JsonObject).replicas))
        },
        signal,
      )
      .catch(reject)
  })
}

function namedOf({ metadata }: JsonObject): Named {
  const { name, namespace } = metadata as JsonObject
  return { name: String(name), namespace: String(namespace) }
}
