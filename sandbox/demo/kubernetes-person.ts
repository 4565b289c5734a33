import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'
import { Agent, fetch } from 'undici'

export interface DeploymentView {
  readonly image: string
  readonly replicas: number
  readonly available: number
  /** The controller has seen the newest generation. */
  readonly observed: boolean
}

/** Someone with a kubeconfig who looks at the cluster and changes things by hand, as `kubectl` would. */
export class KubernetesPerson {
  /** Field manager that the cluster records for changes by hand. */
  readonly manager = 'kubectl'
  readonly #server: string
  readonly #headers: Record<string, string>
  readonly #agent: Agent

  private constructor(server: string, headers: Record<string, string>, agent: Agent) {
    this.#server = server
    this.#headers = headers
    this.#agent = agent
  }

  static async fromKubeconfig(path: string, context?: string): Promise<KubernetesPerson> {
    const config = new KubeConfig()
    config.loadFromFile(path)
    if (context) config.setCurrentContext(context)
    const server = config.getCurrentCluster()?.server
    if (!server) throw new Error(`${path} has no usable context ${context ?? ''}`)
    const options: RequestOptions = {}
    await config.applyToHTTPSOptions(options)
    const { ca, cert, key, rejectUnauthorized, headers } = options
    const agent = new Agent({ connect: { ca, cert, key, rejectUnauthorized } as never })
    return new KubernetesPerson(server, headers as Record<string, string>, agent)
  }

  async deployment(namespace: string, name: string): Promise<DeploymentView | undefined> {
    const found = await this.#ask('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)
    if (!found) return undefined
    const { metadata, spec, status } = found as unknown as {
      metadata: { generation: number }
      spec: { replicas: number; template: { spec: { containers: { image: string }[] } } }
      status: { availableReplicas?: number; updatedReplicas?: number; replicas?: number; observedGeneration?: number }
    }
    const settled = status.observedGeneration === metadata.generation && status.updatedReplicas === status.replicas
    return {
      image: spec.template.spec.containers[0]?.image ?? '',
      replicas: spec.replicas,
      available: status.availableReplicas ?? 0,
      observed: settled,
    }
  }

  /** As `kubectl scale` does it: through the scale subresource. */
  async scale(namespace: string, name: string, replicas: number): Promise<void> {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale?fieldManager=${this.manager}`
    const done = await this.#ask('PATCH', path, { spec: { replicas } })
    if (!done) throw new Error(`no Deployment ${namespace}/${name} to scale`)
  }

  /** Throws when there is one of that name already: it is somebody's. */
  async createNamespace(name: string): Promise<void> {
    if (await this.#ask('GET', `/api/v1/namespaces/${name}`))
      throw new Error(`the cluster has a namespace ${name} already; the demo makes its own and removes them at the end`)
    await this.#ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }

  async deleteNamespace(name: string): Promise<void> {
    await this.#ask('DELETE', `/api/v1/namespaces/${name}`)
  }

  /** Names of the ConfigMaps in a namespace. */
  async configMaps(namespace: string): Promise<string[]> {
    const list = await this.#ask('GET', `/api/v1/namespaces/${namespace}/configmaps`)
    return (list as unknown as { items: { metadata: { name: string } }[] }).items.map((item) => item.metadata.name)
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown> | undefined> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const answer = await fetch(this.#server + path, {
      method,
      dispatcher: this.#agent,
      headers: { ...this.#headers, 'content-type': type },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 300)}`)
    return JSON.parse(text) as Record<string, unknown>
  }
}
