import { createLog } from '../assemble/log.ts'
import { readOperatorConfig } from '../assemble/operator.ts'
import { createServices } from '../assemble/services.ts'
import { startServer } from '../server.ts'
import { startWorker } from '../worker.ts'
import type { Command } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { untilAborted } from './until-aborted.ts'

const EMBEDDED_ONLY = {
  code: 'EMBEDDED_ONLY',
  message: 'Without REDIS_URL nothing can carry jobs to a worker in another process.',
  remedy: 'Set REDIS_URL, or use `lockstep serve --embedded`.',
}

/** The server of the GitHub App; with `--embedded` the worker in the same process. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'run the server of the GitHub App, with --embedded the worker too',
  usage: 'lockstep serve [--embedded] [--config FILE]',
  examples: [
    { command: 'lockstep serve --config operator.yaml', shows: 'the server; jobs go to the Redis of REDIS_URL' },
    { command: 'lockstep serve --embedded', shows: 'server and worker in one process, no Redis needed' },
  ],
  options: {
    embedded: { type: 'boolean', description: 'run the worker in this process too' },
    config: { type: 'string', value: 'FILE', description: "the operator's file (default: LOCKSTEP_CONFIG)" },
  },
  async run({ options, env, cwd, signal, stdout }) {
    const config = readOperatorConfig(
      options.config as string | undefined,
      env,
      cwd,
      options.embedded ? undefined : EMBEDDED_ONLY,
    )
    const log = createLog()
    const services = createServices(config, log)
    const server = await startServer(services)
    const worker = options.embedded ? startWorker(services) : undefined
    log.info({ url: server.url, kustomize: await services.renderer.version() }, 'serving')
    stdout(`${JSON.stringify({ ready: true, url: server.url })}\n`)
    await untilAborted(signal)
    await server.stop()
    await worker?.stop()
    await services.close()
    return EXIT.fine
  },
}
