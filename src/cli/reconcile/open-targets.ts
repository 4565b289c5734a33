import { resolve } from 'node:path'
import { openLocalRepository } from '../../adapters/git/local-repository.ts'
import { openCluster } from '../../adapters/kubernetes/open-cluster.ts'
import type { RepositoryConfig } from '../../config/repository-config.ts'
import type { Cluster } from '../../model/cluster.ts'
import { LockstepError } from '../../model/errors.ts'
import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import type { JobQueue } from '../../model/job-queue.ts'
import { suggestName } from '../../model/nearest-name.ts'
import type { Target } from '../../model/target.ts'
import { type DeclaredTarget, loadConfig } from '../../reconcile/desired/target-render.ts'
import { targetLabel } from '../../reconcile/labels.ts'
import type { ReconcilePorts } from '../../reconcile/ports.ts'
import { lookAtTarget } from '../../reconcile/report/look-at-target.ts'
import { declaredTargets } from '../../reconcile/targets/declared-targets.ts'
import { inOrder } from '../../reconcile/targets/in-order.ts'
import { chooseApplication, chooseEnvironment } from '../choose.ts'
import type { Invocation, OptionSpec } from '../command.ts'
import { CONFIG_OPTION } from '../open-renderer.ts'
import { REPOSITORY_OPTION } from '../open-repository.ts'
import { clonePorts } from './clone-ports.ts'
import { sourceOfClone } from './clone-source.ts'
import { openView } from './open-view.ts'
import { repositoryRef } from './repository-ref.ts'

export const TARGET_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ...REPOSITORY_OPTION,
  ...CONFIG_OPTION,
  env: { type: 'string', value: 'E', description: 'the environment', required: true },
  app: { type: 'string', value: 'A', description: 'this application only' },
  cluster: { type: 'string', value: 'C', description: 'needed where the environment has several clusters' },
  ref: { type: 'string', value: 'REF', description: 'a commit, branch or tag instead of the files as they are' },
  kubeconfig: { type: 'string', value: 'F', description: 'how to reach the cluster', required: true },
  context: { type: 'string', value: 'C', description: "another context than the file's current one" },
  repository: { type: 'string', value: 'OWNER/NAME', description: 'whose objects they are (default: that of origin)' },
}

export interface OpenTargets extends AsyncDisposable {
  readonly ports: ReconcilePorts
  readonly repository: RepositoryRef
  readonly cluster: Cluster
  /** As the newest files declare them. */
  targets(): Promise<Target[]>
}

export interface OpenOptions {
  readonly healthDeadlineMs?: number
  readonly queue?: Pick<JobQueue, 'add'>
  /** Whose objects watches tell of: those of the targets chosen now, or all of ours. Without it each look lists its own. */
  readonly watches?: 'chosen' | 'all'
  /** A person already said yes to prunes over the limit. */
  readonly confirmPrune?: boolean
}

/** The targets that the options name, with a way to their cluster. Nothing is sent yet; ends its connections when disposed. */
export async function openTargets(invocation: Invocation, more: OpenOptions = {}): Promise<OpenTargets> {
  const { options, cwd } = invocation
  const text = (name: string) => options[name] as string | undefined
  const local = await openLocalRepository(resolve(cwd, text('repo') ?? '.'))
  const source = sourceOfClone(local, text('ref'))
  const targets = async () => {
    const declared = await declaredTargets(source)
    const config = declared?.config ?? (await loadConfig((await source.newest()).tree))
    const chosen = chooseTargets(config, declared?.targets ?? [], text)
    return inOrder(chosen, chooseEnvironment(config, text('env') ?? '').order)
  }
  const first = await targets()
  const name = first[0]?.cluster ?? ''
  const kubeconfig = resolve(cwd, text('kubeconfig') ?? '')
  const access = { name, kubeconfig, allowExec: true, commandEnvironment: invocation.env }
  const cluster = await openCluster({ ...access, ...(text('context') && { context: text('context') as string }) })
  const repository = await repositoryRef(local.root, text('repository'))
  const labels = first.map((target) => targetLabel(repositoryName(repository), target))
  const { healthDeadlineMs, watches } = more
  const view = watches && openView(cluster, watches === 'all' ? [] : labels)
  const ports: ReconcilePorts = clonePorts(invocation, {
    cluster: async () => cluster,
    ...(view && { view: view.of }),
    source: async () => source,
    ...(more.queue && { queue: more.queue }),
    pruneConfirmed: async () => more.confirmPrune ?? false,
    async look(repository, target) {
      if (target.cluster !== name) return undefined
      return (await lookAtTarget(ports, { repository, target, signal: invocation.signal })).status
    },
    settings: { ignoreWaves: true, ...(healthDeadlineMs !== undefined && { healthDeadlineMs }) },
  })
  return {
    repository,
    cluster,
    targets,
    ports,
    async [Symbol.asyncDispose]() {
      await view?.close()
      await cluster.close()
    },
  }
}

type Declared = readonly DeclaredTarget[]

function chooseTargets(
  config: RepositoryConfig,
  declared: Declared,
  text: (name: string) => string | undefined,
): Target[] {
  const environment = chooseEnvironment(config, text('env') ?? '')
  const cluster = chooseCluster(environment.name, environment.clusters, text('cluster'))
  const app = text('app')
  if (app !== undefined)
    chooseApplication(
      config,
      declared.map(({ overlay }) => overlay),
      app,
    )
  const targets = declared.map(({ target }) => target)
  const chosen = targets.filter(
    (target) =>
      target.environment === environment.name &&
      target.cluster === cluster &&
      (app ?? target.application) === target.application,
  )
  if (chosen.length > 0) return chosen
  const message = `${app ?? 'No application'} has ${app ? 'no' : 'an'} overlay in ${environment.name} for cluster ${cluster}.`
  throw usage('OVERLAY_UNKNOWN', message, 'Add one, or name another environment.')
}

function chooseCluster(environment: string, clusters: readonly string[], wanted: string | undefined): string {
  if (wanted !== undefined && !clusters.includes(wanted)) {
    throw usage('CLUSTER_NOT_THERE', `${environment} has no cluster "${wanted}".`, suggestName(wanted, clusters))
  }
  if (wanted === undefined && clusters.length > 1) {
    const message = `${environment} has several clusters, and a kubeconfig context leads to one.`
    throw usage('CLUSTER_AMBIGUOUS', message, `Add --cluster with one of ${clusters.join(', ')}.`)
  }
  return wanted ?? (clusters[0] as string)
}

function usage(code: string, message: string, remedy: string): LockstepError {
  return new LockstepError({ code, message, remedy }, { kind: 'usage' })
}
