import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'
import { ensureRenderer } from '../../src/adapters/kustomize/resident/ensure-renderer.ts'
import { ensureControlPlane } from '../cluster/control-plane.ts'
import type { LocalCluster } from '../cluster/local-cluster.ts'
import { startCluster } from '../cluster/start.ts'
import type { LocalGitHub } from '../github/local-github.ts'
import { startLocalGitHub } from '../github/start.ts'
import { ensureKustomize } from '../kustomize/ensure-kustomize.ts'
import { KubernetesPerson } from './kubernetes-person.ts'
import { startProcesses } from './processes.ts'
import { type Progress, withProgress } from './progress.ts'
import { createAna, NAME, OWNER, registerLockstep } from './seed-github.ts'
import type { Scene } from './story/step.ts'

export const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const

export interface StageOptions {
  /** Everything the demo writes is below this folder. */
  readonly directory: string
  readonly progress: Progress
  /** The user's own cluster instead of a local control plane. */
  readonly kubeconfig?: string
  /** With Redis, server and worker are two processes; without, one process with an in-process queue. */
  readonly redisUrl?: string
  readonly sweepSeconds?: number
  /** Milliseconds between two writes to GitHub; none by default, because a GitHub of one's own needs no patience. */
  readonly minimalGapMs?: number
  /** Ends the setting up after the part that is under way; `setStage` then throws. */
  readonly signal?: AbortSignal
}

/** A local GitHub, a control plane, and Lockstep between them. */
export interface Stage {
  readonly scene: Scene
  readonly github: LocalGitHub
  readonly kubeconfig: string
  readonly repositoryUrl: string
  readonly cloneUrl: string
  readonly lockstepUrl: string
  readonly logFile: string
  /** SIGKILLs what runs jobs, and starts it again. */
  killWorker(): Promise<void>
  close(): Promise<void>
}

export async function setStage(options: StageOptions): Promise<Stage> {
  await mkdir(options.directory, { recursive: true })
  const undo: (() => Promise<void>)[] = []
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => undefined)
  }
  try {
    return await buildStage(options, undo, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function buildStage(
  options: StageOptions,
  undo: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Stage> {
  const { directory, progress, signal } = options
  const kustomize = await ensureKustomize({ cache: cacheDirectory(), progress })
  await ensureRenderer({ say: progress })
  signal?.throwIfAborted()
  const [cluster, github] = await Promise.all([startKubernetes(options, undo), startGitHub(directory, undo)])
  signal?.throwIfAborted()
  const ana = createAna(github, directory)
  const secrets = await registerLockstep(github)
  const kubernetes = await KubernetesPerson.fromKubeconfig(cluster.kubeconfig)
  undo.push(() => kubernetes.close())
  await makeNamespaces(kubernetes, options, undo)
  signal?.throwIfAborted()
  const config = await writeOperatorConfig(options, github, cluster.kubeconfig)
  const env = { ...secrets.env, KUSTOMIZE_BIN: kustomize, ...(options.redisUrl && { REDIS_URL: options.redisUrl }) }
  const logFile = join(directory, 'lockstep.log')
  const processes = await withProgress('Lockstep starts', progress, () => startProcesses(options, config, env, logFile))
  undo.push(() => processes.stop())
  github.setWebhookUrl(secrets.slug, `${processes.url()}/api/github/webhooks`)
  return {
    scene: { ana, kubernetes, bot: `${secrets.slug}[bot]`, notes: {} },
    github,
    kubeconfig: cluster.kubeconfig,
    repositoryUrl: `${github.url}/${OWNER}/${NAME}`,
    cloneUrl: ana.cloneUrl,
    lockstepUrl: processes.url(),
    logFile,
    async killWorker() {
      await processes.killWorker()
      github.setWebhookUrl(secrets.slug, `${processes.url()}/api/github/webhooks`)
    },
    close,
  }
}

async function startKubernetes(options: StageOptions, undo: (() => Promise<void>)[]): Promise<{ kubeconfig: string }> {
  if (options.kubeconfig) return { kubeconfig: options.kubeconfig }
  const { directory, progress } = options
  const binaries = await ensureControlPlane({ cache: cacheDirectory(), progress })
  const cluster: LocalCluster = await withProgress('The control plane starts', progress, () =>
    startCluster({ binaries, directory: join(directory, 'cluster'), progress }),
  )
  undo.push(() => cluster.stop())
  return cluster
}

/** As whoever runs the clusters would have made them. Removed again from a cluster that stays. */
async function makeNamespaces(kubernetes: KubernetesPerson, options: StageOptions, undo: (() => Promise<void>)[]) {
  const stays = options.kubeconfig !== undefined
  for (const name of ENVIRONMENTS) {
    await kubernetes.createNamespace(name)
    if (stays) undo.push(() => kubernetes.deleteNamespace(name))
  }
  if (stays) undo.push(() => kubernetes.deleteNamespace('lockstep-system'))
}

async function startGitHub(directory: string, undo: (() => Promise<void>)[]): Promise<LocalGitHub> {
  const github = await startLocalGitHub({ directory: join(directory, 'github') })
  undo.push(() => github.close())
  return github
}

async function writeOperatorConfig(options: StageOptions, github: LocalGitHub, kubeconfig: string): Promise<string> {
  const file = join(options.directory, 'operator.yaml')
  const config = {
    github: { url: github.url, apiUrl: github.apiUrl },
    server: { host: '127.0.0.1', port: 0 },
    sweep: { interval: `${options.sweepSeconds ?? 20}s` },
    ownership: { lease: '3s' },
    data: join(options.directory, 'data'),
    writes: { minimalGapMs: options.minimalGapMs ?? 0, perMinute: 600, creationsPerHour: 10_000 },
    clusters: ENVIRONMENTS.map((name) => ({ name, kubeconfig, repositories: [`${OWNER}/${NAME}`] })),
  }
  await writeFile(file, stringify(config))
  return file
}
