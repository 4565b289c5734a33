import type { ResourceKind } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { isJsonObject, type JsonObject } from '../../model/json.ts'
import type { ApiClient } from './api-client.ts'
import { type ApiResource, apiRoot } from './api-path.ts'

type Kinds = ReadonlyMap<string, ApiResource>

/** Which kinds the server has. Known ones are remembered; an unknown one is asked for again each time, so a new CRD is seen. */
export class Discovery {
  readonly #api: ApiClient
  readonly #known = new Map<string, Kinds>()
  readonly #asking = new Map<string, Promise<Kinds>>()

  constructor(api: ApiClient) {
    this.#api = api
  }

  async find(kind: ResourceKind): Promise<ApiResource | undefined> {
    const root = apiRoot(kind)
    return this.#known.get(root)?.get(kind.kind) ?? (await this.#ask(root)).get(kind.kind)
  }

  /** As `find`, for requests that need the kind. */
  async require(kind: ResourceKind): Promise<ApiResource> {
    const resource = await this.find(kind)
    if (resource) return resource
    const name = `${kind.kind}.${kind.version}${kind.group && `.${kind.group}`}`
    const message = `The server has no kind ${name}.`
    throw new ClusterError({ kind: 'unknown-kind', status: 404, reason: 'NotFound', message })
  }

  /** Asks for this version of the kind's group again next time. */
  forget(kind: ResourceKind): void {
    this.#known.delete(apiRoot(kind))
  }

  /** As `forget`, for every version: a definition of that group changed. */
  forgetGroup(group: string): void {
    for (const root of this.#known.keys()) if (root.startsWith(`/apis/${group}/`)) this.#known.delete(root)
  }

  /** Asks once for all who wait. */
  #ask(root: string): Promise<Kinds> {
    const running = this.#asking.get(root)
    if (running) return running
    const asking = this.#read(root).finally(() => this.#asking.delete(root))
    this.#asking.set(root, asking)
    return asking
  }

  async #read(root: string): Promise<Kinds> {
    try {
      const subject = { label: `the kinds of ${root}`, secret: false }
      const answer = await this.#api.call({ verb: 'discovery', method: 'GET', path: root, subject, repeatable: true })
      const kinds = readKinds(root, answer)
      this.#known.set(root, kinds)
      return kinds
    } catch (error) {
      if (error instanceof ClusterError && error.status === 404) return new Map()
      throw error
    }
  }
}

/** An APIResourceList without subresources (`deployments/scale`). */
function readKinds(root: string, { resources }: JsonObject): Kinds {
  const kinds = new Map<string, ApiResource>()
  for (const resource of Array.isArray(resources) ? resources : []) {
    if (!isJsonObject(resource)) continue
    const { name, kind, namespaced } = resource
    if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/') || kinds.has(kind)) continue
    kinds.set(kind, { root, plural: name, namespaced: namespaced === true })
  }
  return kinds
}
