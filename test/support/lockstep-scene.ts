import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { parse } from 'yaml'
import type { RepositoryRequest } from '../../sandbox/github/repositories/create.ts'
import type { LocalGitHubOptions } from '../../sandbox/github/start.ts'
import { createServices, type Services } from '../../src/assemble/services.ts'
import type { OperatorConfig } from '../../src/config/operator-config.ts'
import { parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import { Secret } from '../../src/config/secret.ts'
import type { RepositoryRef } from '../../src/model/github.ts'
import type { JobQueue } from '../../src/model/job-queue.ts'
import type { Renderer } from '../../src/model/renderer.ts'
import { type Server, startServer } from '../../src/server.ts'
import { startWorker, type Worker } from '../../src/worker.ts'
import { eventually } from './eventually.ts'
import { type Body, openScene, type RestClient, type Scene, SECRET } from './local-github.ts'
import { deploymentText, shopFiles } from './preview-world.ts'
import { renderFiles } from './render-files.ts'

const { default_permissions: permissions, default_events: events } = parse(readFileSync('app.yml', 'utf8')) as {
  default_permissions: Record<string, 'read' | 'write'>
  default_events: string[]
}

/** Jobs that wait at least as long are left out, so that a scene comes to rest. */
const LATER_MS = 30_000
const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging }
  - { name: prod, after: [staging], cluster: prod }
drift: { pullRequests: warn }
`

/** Two applications in three environments, and a base that nothing uses; nothing of live objects is asked for. */
export function threeStageFiles(): Record<string, string> {
  const files = shopFiles({ '.lockstep.yaml': CONFIG, 'apps/checkout/extra/kustomization.yaml': 'resources: []\n' })
  for (const application of ['checkout', 'search']) {
    const overlay = `apps/${application}/overlays/staging`
    files[`${overlay}/kustomization.yaml`] = 'resources: [../../base, deployment.yaml]\n'
    files[`${overlay}/deployment.yaml`] = deploymentText(application, 2)
  }
  return files
}

export const overlayFile = (application: string, environment: string) =>
  `apps/${application}/overlays/${environment}/deployment.yaml`

/** Server and worker in this process against a local GitHub, with a renderer that needs no program unless one is given. Its own sweep runs once, at start. */
export interface LockstepScene {
  readonly scene: Scene
  readonly services: Services
  /** Called before each render; a promise keeps it waiting. */
  beforeRender: (signal: AbortSignal | undefined) => void | Promise<void>
  repository(request?: Partial<RepositoryRequest>): Promise<string>
  ref(repository: string): RepositoryRef
  /** Newest run of each of Lockstep's checks on a commit. */
  checks(repository: string, sha: string): Promise<Map<string, Body>>
  /** The finished gate of a commit, waited for. */
  gate(repository: string, sha: string, fits?: (run: Body) => boolean): Promise<Body>
  /** Lockstep's comment, if there is one. */
  comment(repository: string, number: number): Promise<string | undefined>
  /** Jobs that wait or run are over. */
  idle(): Promise<void>
  /** What was written to GitHub, as `POST /repos/{owner}/{repo}/check-runs`; what it refused is left out. */
  readonly written: readonly string[]
  /** What was logged, newest last. */
  readonly logged: readonly { readonly job?: string; readonly code?: string }[]
  /** Jobs of a kind that ended so far. */
  jobs(kind: string): Promise<number>
  /** Looks at everything once, as it would from time to time. */
  sweep(): Promise<void>
  /** Keeps the sweep from looking at this repository again. */
  retire(repository: string): Promise<void>
  close(): Promise<void>
}

export async function openLockstep(
  change: Partial<OperatorConfig> = {},
  builds: Renderer = renderFiles(),
  github: Partial<LocalGitHubOptions> = {},
): Promise<LockstepScene> {
  const scene = await openScene(github)
  const data = await mkdtemp(join(tmpdir(), 'lockstep-scene-'))
  const app = { slug: 'lockstep', name: 'Lockstep', owner: 'acme', permissions, events, webhookSecret: SECRET }
  const { appId, privateKeyPem } = scene.github.registerApp({ ...app, webhookUrl: 'http://127.0.0.1:1/' })
  const installation = scene.github.installApp('lockstep', 'acme', 'all')
  // Deliveries are then Lockstep's alone.
  scene.github.uninstallApp(scene.installation)
  const logged: { job?: string; code?: string }[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) })
  const made = createServices({ ...operatorConfig(scene, data, appId, privateKeyPem), ...change }, log)
  const renderer: Renderer = {
    ...builds,
    async render(tree, overlay, options) {
      await lockstep.beforeRender(options?.signal)
      options?.signal?.throwIfAborted()
      return builds.render(tree, overlay)
    },
  }
  const services: Services = {
    ...made,
    renderer: { ...renderer, forGroup: () => renderer, close: () => made.renderer.close() },
    queue: withoutLater(made.queue),
  }
  const server: Server = await startServer(services)
  const worker: Worker = startWorker(services)
  scene.github.setWebhookUrl('lockstep', `${server.url}/api/github/webhooks`)
  const idle = () => settled(scene, services)
  const written: string[] = []
  const { githubCall } = made.metrics
  made.metrics.githubCall = (call) => {
    if (call.status < 300 && /^(POST|PATCH|PUT|DELETE) \/repos/.test(call.route)) written.push(call.route)
    githubCall(call)
  }
  const lockstep: LockstepScene = {
    scene,
    services,
    beforeRender: () => undefined,
    repository: (request = {}) =>
      scene.repository({ from: [{ message: 'Begin', files: threeStageFiles() }], ...request }),
    ref: (repository) => {
      const [owner = '', name = ''] = repository.replace('/repos/', '').split('/')
      return { installation, owner, name }
    },
    checks: (repository, sha) => newestChecks(scene.bob, repository, sha),
    gate: (repository, sha, fits = () => true) =>
      eventually(
        async () => {
          const gate = (await newestChecks(scene.bob, repository, sha)).get('lockstep/gate')
          return gate?.status === 'completed' && fits(gate) ? gate : undefined
        },
        () => `a finished gate on ${sha}`,
      ),
    comment: async (repository, number) => {
      const { body } = await scene.bob.get(`${repository}/issues/${number}/comments`)
      return body.find((one: Body) => one.user.login === 'lockstep[bot]' && one.body.includes('lockstep:preview'))?.body
    },
    idle,
    written,
    logged,
    jobs: async (kind) => {
      const counts = (await services.metrics.text()).matchAll(/^lockstep_job_seconds_count\{kind="(\w+)".*\} (\d+)$/gm)
      return sum(
        [...counts].map(([, name = '', count]) => [name, Number(count)] as const).filter(([name]) => name === kind),
      )
    },
    sweep: async () => {
      await services.queue.add({ kind: 'sweep' })
      await idle()
    },
    retire: async (repository) => void (await scene.ann.patch(repository, { archived: true })),
    async close() {
      await server.stop()
      await worker.stop()
      await services.close()
      await scene.close()
      await rm(data, { recursive: true, force: true })
    },
  }
  await idle()
  return lockstep
}

function operatorConfig(scene: Scene, data: string, appId: number, privateKey: string): OperatorConfig {
  const file = parseOperatorFile(
    JSON.stringify({
      github: { url: scene.github.url, apiUrl: scene.github.apiUrl },
      server: { host: '127.0.0.1', port: 0 },
      data,
      clusters: [{ name: 'none', kubeconfig: '/dev/null', repositories: ['acme/none'] }],
      writes: { minimalGapMs: 0, perMinute: 600, creationsPerHour: 10_000 },
    }),
    join(data, 'operator.yaml'),
  )
  const secrets = { appId, privateKey: new Secret(privateKey), webhookSecret: new Secret(SECRET) }
  return { ...file, clusters: [], sweep: { intervalMs: 3_600_000 }, secrets }
}

/** What would be done only after a scene is over is not done: a scene is idle without it. */
function withoutLater(queue: JobQueue): JobQueue {
  return {
    add: async (job, options = {}) => {
      if ((options.delayMs ?? 0) < LATER_MS) await queue.add(job, options)
    },
    process: (...how) => queue.process(...how),
    size: () => queue.size(),
    ready: () => queue.ready(),
    close: (graceMs) => queue.close(graceMs),
  }
}

/** Nothing is on its way between the two, nor waiting to be done, twice in a row. */
async function settled({ github }: Scene, { queue }: Services): Promise<void> {
  let quiet = 0
  await eventually(async () => {
    const isQuiet = github.deliveries().every(({ done }) => done) && (await queue.size()) === 0
    quiet = isQuiet ? quiet + 1 : 0
    return quiet >= 3
  })
}

async function newestChecks(client: RestClient, repository: string, sha: string): Promise<Map<string, Body>> {
  const { body } = await client.get(`${repository}/commits/${sha}/check-runs?per_page=100&filter=all`)
  const runs = (body.check_runs ?? []).toSorted((one: Body, other: Body) => one.id - other.id)
  return new Map(runs.map((run: Body) => [run.name, run]))
}

function sum(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((total, [, count]) => total + count, 0)
}
