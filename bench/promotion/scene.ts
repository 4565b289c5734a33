import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createServices, type Services } from '../../src/assemble/services.ts'
import { parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import { Secret } from '../../src/config/secret.ts'
import type { Job } from '../../src/model/job.ts'
import type { JobQueue } from '../../src/model/job-queue.ts'
import { startServer } from '../../src/server.ts'
import { startWorker } from '../../src/worker.ts'
import { commitFile, openScene, type RestClient, SECRET } from '../../test/support/local-github.ts'
import { CallLog } from './call-log.ts'
import { PlayedClusters } from './clusters.ts'
import { type Environment, overlayPath, overlayText, repositoryFiles } from './repository.ts'

const EVENTS = ['push', 'pull_request', 'pull_request_review', 'issue_comment', 'check_run', 'merge_group']
const PERMISSIONS = {
  contents: 'write',
  pull_requests: 'write',
  checks: 'write',
  deployments: 'write',
  issues: 'write',
  members: 'read',
  merge_queues: 'read',
} as const

/** Server and worker in this process on a local GitHub, with the resident renderer; clusters are played. */
export interface PromotionScene {
  readonly services: Services
  readonly calls: CallLog
  readonly clusters: PlayedClusters
  readonly name: string
  /** A person with write access. */
  readonly bob: RestClient
  /** `/repos/{owner}/{repo}` */
  readonly path: string
  /** Writes a version on the default branch, and waits until everything that this sets off is done. */
  bump(application: string, environment: Environment, tag: string): Promise<void>
  /** Looks at everything once; answers milliseconds. */
  sweep(): Promise<number>
  idle(): Promise<void>
  close(): Promise<void>
}

export async function openPromotionScene(applications: number, directory: string): Promise<PromotionScene> {
  const scene = await openScene()
  const { github, bob } = scene
  const app = { slug: 'lockstep', name: 'Lockstep', owner: 'acme', events: EVENTS, webhookSecret: SECRET }
  const registered = github.registerApp({ ...app, permissions: PERMISSIONS, webhookUrl: 'http://127.0.0.1:9/' })
  const path = await scene.repository({ from: [{ message: 'Begin', files: repositoryFiles(applications) }] })
  const installation = github.installApp('lockstep', 'acme', 'all')
  github.uninstallApp(scene.installation)
  const name = path.replace('/repos/', '')
  const [owner = '', repository = ''] = name.split('/')
  const ref = { installation, owner, name: repository }
  const made = createServices(operatorConfig(github, directory, registered), pino({ level: 'silent' }))
  const calls = new CallLog(made)
  const services: Services = { ...made, queue: withoutClusters(made.queue), openRepository: calls.counting(made) }
  const server = await startServer(services)
  const worker = startWorker(services)
  const clusters = new PlayedClusters(services, ref, applications)
  github.setWebhookUrl('lockstep', `${server.url}/api/github/webhooks`)
  const idle = async () => {
    for (let quiet = 0; quiet < 3; await sleep(5)) {
      const isQuiet = github.deliveries().every(({ done }) => done) && (await services.queue.size()) === 0
      quiet = isQuiet ? quiet + 1 : 0
    }
  }
  await clusters.everythingRuns()
  await idle()
  return {
    services,
    calls,
    clusters,
    name,
    bob,
    path,
    idle,
    async bump(application, environment, tag) {
      const content = overlayText(application, environment, tag)
      const file = `${overlayPath(application, environment)}/kustomization.yaml`
      await commitFile(bob, path, 'main', { path: file, content })
      await idle()
    },
    async sweep() {
      const started = performance.now()
      await services.queue.add({ kind: 'sweep' })
      await idle()
      return performance.now() - started
    },
    async close() {
      clusters.stop()
      await server.stop()
      await worker.stop()
      await services.close()
      await scene.close()
    },
  }
}

function operatorConfig(
  github: { readonly url: string; readonly apiUrl: string },
  directory: string,
  { appId, privateKeyPem }: { readonly appId: number; readonly privateKeyPem: string },
) {
  const input = {
    github: { url: github.url, apiUrl: github.apiUrl },
    server: { host: '127.0.0.1', port: 0 },
    data: join(directory, 'data'),
    clusters: [{ name: 'none', kubeconfig: '/dev/null', repositories: ['acme/none'] }],
    writes: { minimalGapMs: 0, perMinute: 100_000, creationsPerHour: 100_000 },
  }
  const file = parseOperatorFile(JSON.stringify(input), join(directory, 'operator.yaml'))
  const secrets = { appId, privateKey: new Secret(privateKeyPem), webhookSecret: new Secret(SECRET) }
  return { ...file, clusters: [], sweep: { intervalMs: 3_600_000 }, secrets }
}

/** Clusters are other workers' here. */
const ELSEWHERE: readonly Job['kind'][] = ['dispatch', 'left', 'reconcile']

function withoutClusters(queue: JobQueue): JobQueue {
  const add: JobQueue['add'] = async (job, options) => {
    if (!ELSEWHERE.includes(job.kind)) await queue.add(job, options)
  }
  return { ...queue, add }
}
