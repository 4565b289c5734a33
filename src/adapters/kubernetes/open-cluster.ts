import { ApiClient } from './api-client.ts'
import { readKubeconfig } from './kubeconfig.ts'
import type { KubeconfigSource } from './kubeconfig-source.ts'
import { KubernetesCluster } from './kubernetes-cluster.ts'
import { Transport } from './transport.ts'

export interface ClusterAccess extends KubeconfigSource {
  /** Longest time for one request, told to the server too: a write that is late beyond it does not happen. Default 15 s. */
  readonly requestTimeoutMs?: number
  /** A watch without event or bookmark (the server sends one a minute) for so long is taken as dead. Default 90 s. */
  readonly watchIdleMs?: number
  /** Objects per page of a list. Default 500. */
  readonly pageSize?: number
}

/** Reads the kubeconfig; nothing is sent yet. Throws KUBECONFIG_… problems. */
export async function openCluster(access: ClusterAccess): Promise<KubernetesCluster> {
  const { name, requestTimeoutMs = 15_000, watchIdleMs = 90_000, pageSize = 500 } = access
  const credentials = await readKubeconfig(access)
  const transport = new Transport(credentials, () => readKubeconfig(access))
  const api = ApiClient.over(name, transport, { requestTimeoutMs, watchIdleMs })
  return KubernetesCluster.over(name, credentials.namespace, api, pageSize)
}
