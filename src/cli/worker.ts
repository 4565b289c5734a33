import { createLog } from '../assemble/log.ts'
import { readOperatorConfig } from '../assemble/operator.ts'
import { createServices } from '../assemble/services.ts'
import { startWorker } from '../worker.ts'
import type { Command } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { untilAborted } from './until-aborted.ts'

const REDIS_NEEDED = {
  code: 'EMBEDDED_ONLY',
  message: 'A worker takes its jobs from the Redis of REDIS_URL, which is not set.',
  remedy: 'Set REDIS_URL, or use `lockstep serve --embedded`.',
}

/** The worker: runs the jobs that a server stored, and holds the clusters. */
export const workerCommand: Command = {
  name: 'worker',
  summary: 'run the worker that holds the clusters',
  usage: 'lockstep worker [--config FILE]',
  examples: [{ command: 'lockstep worker --config operator.yaml', shows: 'runs until it is told to end' }],
  options: {
    config: { type: 'string', value: 'FILE', description: "the operator's file (default: LOCKSTEP_CONFIG)" },
  },
  async run({ options, env, cwd, signal, stdout }) {
    const config = readOperatorConfig(options.config as string | undefined, env, cwd, REDIS_NEEDED)
    const log = createLog()
    const services = createServices(config, log)
    const worker = startWorker(services)
    log.info({ clusters: services.clusters.names, kustomize: await services.renderer.version() }, 'working')
    stdout(`${JSON.stringify({ ready: true })}\n`)
    await untilAborted(signal)
    await worker.stop()
    await services.close()
    return EXIT.fine
  },
}
