import { type LockstepProcess, startLockstep } from './lockstep-process.ts'

/** Lockstep as the stage runs it: one process, or a server and a worker. */
export interface Processes {
  url(): string
  killWorker(): Promise<void>
  stop(): Promise<void>
}

export async function startProcesses(
  options: { readonly redisUrl?: string },
  config: string,
  env: Record<string, string>,
  log: string,
): Promise<Processes> {
  return options.redisUrl ? startServerAndWorker(config, env, log) : startEmbedded(config, env, log)
}

async function startEmbedded(config: string, env: Record<string, string>, log: string): Promise<Processes> {
  const start = () => startLockstep({ arguments: ['serve', '--embedded', '--config', config], env, log })
  let both: LockstepProcess = await start()
  return {
    url: () => both.url ?? '',
    async killWorker() {
      await both.kill()
      both = await start()
    },
    stop: () => both.stop(),
  }
}

async function startServerAndWorker(config: string, env: Record<string, string>, log: string): Promise<Processes> {
  const startWorker = () => startLockstep({ arguments: ['worker', '--config', config], env, log })
  const server = await startLockstep({ arguments: ['serve', '--config', config], env, log })
  let worker = await startWorker()
  return {
    url: () => server.url ?? '',
    async killWorker() {
      await worker.kill()
      worker = await startWorker()
    },
    async stop() {
      await Promise.all([server.stop(), worker.stop()])
    },
  }
}
