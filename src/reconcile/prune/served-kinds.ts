import type { Cluster, LiveObject, ResourceKind } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { BUILT_IN_KINDS, DEFINITIONS, definedKind } from '../inventory/survey.ts'
import { textAt } from '../live/live-object.ts'
import { memoised } from '../memoised.ts'

const SERVICES: ResourceKind = { group: 'apiregistration.k8s.io', version: 'v1', kind: 'APIService' }

/** For kinds that discovery does not know: whether they are gone for good. Asked once a look. */
export class ServedKinds {
  readonly #definitions: () => Promise<readonly LiveObject[] | undefined>
  readonly #services: () => Promise<readonly LiveObject[] | undefined>

  constructor(cluster: Cluster) {
    this.#definitions = memoised(() => listed(cluster, DEFINITIONS))
    this.#services = memoised(() => listed(cluster, SERVICES))
  }

  /**
   * The version under which the kind is to be served: another one than was asked for, or the same while its server does not answer.
   * undefined: nothing defines it any more, and its objects went with the definition. `unknown`: that cannot be told.
   */
  async versionOf(kind: ResourceKind): Promise<string | undefined> {
    const [definitions, services] = [await this.#definitions(), await this.#services()]
    if (!definitions || !services) return 'unknown'
    const known = [...BUILT_IN_KINDS, ...definitions.flatMap(definedKind)]
    const found = known.find((one) => one.group === kind.group && one.kind === kind.kind)
    if (found) return found.version
    const hidden = definitions.some((one) => defines(one, kind)) || services.some((one) => isDelegated(one, kind.group))
    return hidden ? 'unknown' : undefined
  }
}

/** In whatever versions, none of which may be served. */
function defines(definition: LiveObject, { group, kind }: ResourceKind): boolean {
  return textAt(definition, 'spec', 'group') === group && textAt(definition, 'spec', 'names', 'kind') === kind
}

/** Another server than the API server itself has the kinds of the group. */
function isDelegated(service: LiveObject, group: string): boolean {
  return textAt(service, 'spec', 'group') === group && textAt(service, 'spec', 'service', 'name') !== undefined
}

/** undefined: not allowed to look. */
async function listed(cluster: Cluster, kind: ResourceKind): Promise<readonly LiveObject[] | undefined> {
  try {
    return (await cluster.list(kind)).items
  } catch (error) {
    if (error instanceof ClusterError && (error.kind === 'forbidden' || error.retryable)) return undefined
    throw error
  }
}
