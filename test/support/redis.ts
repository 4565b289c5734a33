import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

export interface TestRedis {
  readonly url: string
  /** Kills it and starts it again on the same port, empty. */
  restart(): Promise<void>
  /** Down until `restart`. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** A Redis of its own on a free port: `redis-server`, which `npm test` installs or names as missing. */
export async function startRedis(): Promise<TestRedis> {
  if (spawnSync('redis-server', ['--version']).status !== 0)
    throw new Error(
      'redis-server is needed for this test; install the package redis-server (npm test does so where it may)',
    )
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-redis-'))
  const port = await freePort()
  let running = await start(port, directory)
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => end(running),
    async restart() {
      await end(running)
      running = await start(port, directory)
    },
    async stop() {
      await end(running)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function start(port: number, directory: string) {
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    directory,
  ]
  const child = spawn('redis-server', settings, { stdio: 'ignore' })
  const probe = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: 100 })
  probe.on('error', () => undefined)
  await probe.ping()
  probe.disconnect()
  return child
}

async function end(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
