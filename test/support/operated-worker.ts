import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createServices, type Services } from '../../src/assemble/services.ts'
import { parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import { Secret } from '../../src/config/secret.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { startWorker } from '../../src/worker.ts'
import { commitFile, openScene, SECRET } from './local-github.ts'
import { renderFiles } from './render-files.ts'

export interface OperatedWorker {
  readonly services: Services
  status(environment: string): Promise<TargetStatus | undefined>
  /** Writes a file on the default branch and has the worker look; answers the commit. */
  commit(path: string, content: string): Promise<string>
  close(): Promise<void>
}

/** A whole worker for one repository of these files on a local GitHub; `clusters` as in the operator's file, for every repository. */
export async function openWorker(
  files: Readonly<Record<string, string>>,
  clusters: readonly Readonly<Record<string, unknown>>[],
): Promise<OperatedWorker> {
  const [scene, directory] = [await openScene(), await mkdtemp(join(tmpdir(), 'lockstep-worker-'))]
  const app = { slug: 'lockstep', name: 'Lockstep', owner: 'acme', events: [], webhookSecret: SECRET }
  const permissions = { contents: 'write', deployments: 'write', pull_requests: 'write', checks: 'write' } as const
  const { appId, privateKeyPem } = scene.github.registerApp({ ...app, permissions, webhookUrl: 'http://127.0.0.1:9/' })
  const repository = (await scene.repository({ from: [{ message: 'Begin', files }] })).replace('/repos/', '')
  scene.github.installApp('lockstep', 'acme', 'all')
  const file = {
    github: { url: scene.github.url, apiUrl: scene.github.apiUrl },
    data: join(directory, 'data'),
    ownership: { lease: '3s' },
    clusters: clusters.map((cluster) => ({ ...cluster, repositories: ['acme/*'] })),
    writes: { minimalGapMs: 0, perMinute: 600, creationsPerHour: 10_000 },
  }
  const secrets = { appId, privateKey: new Secret(privateKeyPem), webhookSecret: new Secret(SECRET) }
  const config = { ...parseOperatorFile(JSON.stringify(file), join(directory, 'operator.yaml')), secrets }
  const made = createServices(config, pino({ level: 'silent' }))
  const renderer = renderFiles()
  const services = { ...made, renderer: { ...renderer, forGroup: () => renderer, close: () => made.renderer.close() } }
  const worker = startWorker(services)
  return {
    services,
    status: async (environment) =>
      (await services.board.list(repository)).find(({ target }) => target.environment === environment),
    async commit(path, content) {
      const commit = await commitFile(scene.ann, `/repos/${repository}`, 'main', { path, content })
      await services.queue.add({ kind: 'sweep' })
      return commit
    },
    async close() {
      await worker.stop()
      await services.close()
      await scene.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
