import { mkdir } from 'node:fs/promises'
import { RateLimits } from './http/rate-limit.ts'
import { LocalGitHub } from './local-github.ts'
import { settleMergeQueues } from './merge-queue/settle.ts'
import { createListener, listen, portOf } from './server.ts'
import type { Lag } from './switches.ts'
import { UnderWay } from './under-way.ts'
import { World } from './world.ts'

export interface LocalGitHubOptions {
  /** Bare repositories are made here. */
  readonly directory: string
  /** Taken ports are passed over upwards; any free one without. */
  readonly port?: number
  readonly host?: string
  readonly clock?: () => Date
  readonly lag?: Partial<Lag>
  /** Milliseconds an App has to answer a webhook; GitHub gives ten seconds. */
  readonly webhookDeadline?: number
}

/** Starts an empty GitHub on this machine. Close it when done; what is in `directory` stays. */
export async function startLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  await mkdir(options.directory, { recursive: true })
  const world = new World({
    directory: options.directory,
    clock: options.clock ?? (() => new Date()),
    lag: options.lag ?? {},
    webhookDeadline: options.webhookDeadline ?? 10_000,
  })
  const limits = new RateLimits(world)
  const underWay = new UnderWay()
  world.changed = (repository) => {
    if (repository.mergeQueues.size === 0) return
    void underWay.track(repository.git.exclusively(() => settleMergeQueues(world, repository)))
  }
  const host = options.host ?? '127.0.0.1'
  const server = await listen(createListener(world, limits, underWay), host, options.port ?? 0)
  world.url = `http://${host}:${portOf(server)}`
  return new LocalGitHub(world, limits, server, underWay)
}
