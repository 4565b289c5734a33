import { createLog } from '../assemble/log.ts'
import { readOperatorConfig } from '../assemble/operator.ts'
import { createServices } from '../assemble/services.ts'
import { LockstepError } from '../model/errors.ts'
import { suggestName } from '../model/nearest-name.ts'
import { startWorker, type Work } from '../worker.ts'
import type { Command, Invocation } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { untilAborted } from './until-aborted.ts'

const REDIS_NEEDED = {
  code: 'EMBEDDED_ONLY',
  message: 'A worker takes its jobs from the Redis of REDIS_URL, which is not set.',
  remedy: 'Set REDIS_URL, or use `lockstep serve --embedded`.',
}

/** The worker: runs the jobs that a server stored, and holds clusters. */
export const workerCommand: Command = {
  name: 'worker',
  summary: 'run the worker that holds the clusters',
  usage: 'lockstep worker [--cluster NAME]... [--no-clusters] [--config FILE]',
  examples: [
    {
      command: 'lockstep worker --config operator.yaml',
      shows: 'all jobs and all clusters, shared with other workers',
    },
    { command: 'lockstep worker --cluster prod-eu', shows: 'that cluster and nothing else, e.g. from inside it' },
    { command: 'lockstep worker --no-clusters', shows: 'previews, commands and promotions; needs no way to a cluster' },
  ],
  options: {
    cluster: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      description: 'hold this cluster only, and run no other jobs',
    },
    'no-clusters': { type: 'boolean', description: 'hold no cluster, and run the other jobs only' },
    config: { type: 'string', value: 'FILE', description: "the operator's file (default: LOCKSTEP_CONFIG)" },
  },
  async run({ options, env, cwd, signal, stdout }) {
    const config = readOperatorConfig(options.config as string | undefined, env, cwd, REDIS_NEEDED)
    const names = config.clusters.map(({ name }) => name)
    const work = chooseWork(options, names)
    const log = createLog()
    const services = createServices(config, log)
    const worker = startWorker(services, work)
    log.info({ clusters: work.clusters, shared: work.shared, kustomize: await services.renderer.version() }, 'working')
    stdout(`${JSON.stringify({ ready: true })}\n`)
    await untilAborted(signal)
    await worker.stop()
    await services.close()
    return EXIT.fine
  },
}

function chooseWork(options: Invocation['options'], registered: readonly string[]): Required<Work> {
  const wanted = options.cluster as readonly string[]
  const none = options['no-clusters'] === true
  if (none && wanted.length > 0) {
    throw usage('OPTION_INVALID', '--cluster and --no-clusters exclude each other.', 'Give one of them.')
  }
  for (const name of wanted) {
    if (!registered.includes(name)) {
      throw usage(
        'CLUSTER_UNKNOWN',
        `The operator has not registered a cluster "${name}".`,
        suggestName(name, registered),
      )
    }
  }
  if (none) return { clusters: [], shared: true }
  return wanted.length > 0 ? { clusters: wanted, shared: false } : { clusters: registered, shared: true }
}

function usage(code: string, message: string, remedy: string): LockstepError {
  return new LockstepError({ code, message, remedy }, { kind: 'usage' })
}
