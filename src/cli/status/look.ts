import { resolve } from 'node:path'
import { openLocalRepository } from '../../adapters/git/local-repository.ts'
import type { RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import { repositoryName } from '../../model/github.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { suggestName } from '../../model/nearest-name.ts'
import type { Target } from '../../model/target.ts'
import { loadConfig } from '../../reconcile/desired/target-render.ts'
import type { Source } from '../../reconcile/ports.ts'
import { lookAtTarget, type SeenTarget } from '../../reconcile/report/look-at-target.ts'
import { unknownStatus } from '../../reconcile/report/status-after.ts'
import { type Declared, heldTargets } from '../../reconcile/targets/declared-targets.ts'
import { chooseApplication, chooseEnvironment } from '../choose.ts'
import type { Invocation } from '../command.ts'
import { clonePorts } from '../reconcile/clone-ports.ts'
import { sourceOfClone } from '../reconcile/clone-source.ts'
import { repositoryRef } from '../reconcile/repository-ref.ts'
import { askClusters, clusterNames } from './ask-clusters.ts'
import { openClusters } from './open-clusters.ts'

const AT_ONCE = 16

export interface Seen extends Pick<Declared, 'fault'> {
  readonly targets: readonly SeenTarget[]
  /** Some cluster did not answer. */
  readonly unreachable: boolean
}

/** Every declared target that the options ask for, as its cluster has it. */
export async function look(invocation: Invocation): Promise<Seen> {
  const { options, cwd } = invocation
  const text = (name: string) => options[name] as string | undefined
  const local = await openLocalRepository(resolve(cwd, text('repo') ?? '.'))
  const source = remembered(sourceOfClone(local, text('ref')))
  const repository = await repositoryRef(local.root, text('repository'))
  const { fault, targets: declared } = await chosenTargets(source, text)
  await using clusters = await openClusters(invocation)
  const ports = clonePorts(invocation, {
    cluster: (name, owner) => clusters.open(name, repositoryName(repository), owner?.environment),
    view: async (cluster) => clusters.view(cluster),
    source: async () => source,
    settings: clusters.inventoryNamespace ? { inventoryNamespace: clusters.inventoryNamespace } : {},
  })
  const { signal } = invocation
  const names = await clusterNames(clusters, declared, { repository: repositoryName(repository), signal })
  const targets = declared.filter(({ cluster }) => names.has(cluster))
  const asked = await askClusters(ports, clusters, [...names], signal)
  const seen = await mapLimited(targets, AT_ONCE, async (target) => {
    const problems = asked.get(target.cluster)?.problems
    if (problems) return { status: unknownStatus(target, undefined, problems, ports.clock.now()) }
    return lookAtTarget(ports, { repository, target, signal })
  })
  const told = seen.map((one) => ({ ...one, status: { ...one.status, ...(fault && { configurationFault: fault }) } }))
  return {
    targets: told,
    ...(fault && { fault }),
    unreachable: [...asked.values()].some((answer) => answer.unreachable),
  }
}

/** A thousand targets ask for the same tree. */
function remembered(source: Source): Source {
  const known = new Map<string, ReturnType<Source['newest']>>()
  return {
    ...source,
    newest(track) {
      const key = JSON.stringify(track ?? null)
      const answer = known.get(key) ?? source.newest(track)
      known.set(key, answer)
      return answer
    },
  }
}

/** In the order of the configuration's environments and their clusters. */
async function chosenTargets(
  source: Source,
  text: (name: string) => string | undefined,
): Promise<Pick<Declared, 'fault'> & { readonly targets: Target[] }> {
  const declared = await heldTargets(source)
  const config = declared?.config ?? (await loadConfig((await source.newest()).tree))
  const all = declared?.targets ?? []
  const [environment, application, cluster] = [text('env'), text('app'), text('cluster')]
  if (environment !== undefined) chooseEnvironment(config, environment)
  if (application !== undefined) {
    const overlays = all.map(({ overlay }) => overlay)
    chooseApplication(config, overlays, application)
  }
  const targets = all.map(({ target }) => target).sort(byPlace(config))
  if (cluster !== undefined) requireCluster(targets, cluster)
  const chosen = targets.filter(
    (target) =>
      (environment ?? target.environment) === target.environment &&
      (application ?? target.application) === target.application &&
      (cluster ?? target.cluster) === target.cluster,
  )
  return { targets: chosen, ...(declared?.fault && { fault: declared.fault }) }
}

function byPlace({ environments }: RepositoryConfig): (one: Target, other: Target) => number {
  const places = environments.flatMap(({ name, clusters }) => clusters.map((cluster) => `${name}/${cluster}`))
  const rank = new Map(places.map((place, index) => [place, index]))
  const rankOf = ({ environment, cluster }: Target) => rank.get(`${environment}/${cluster}`) ?? places.length
  return (one, other) => rankOf(one) - rankOf(other) || (one.application < other.application ? -1 : 1)
}

function requireCluster(targets: readonly Target[], name: string): void {
  const known = [...new Set(targets.map(({ cluster }) => cluster))]
  if (known.includes(name)) return
  const message = `No environment has a cluster "${name}".`
  throw new LockstepError({ code: 'CLUSTER_NOT_THERE', message, remedy: suggestName(name, known) }, { kind: 'usage' })
}
