import { runProcess } from '../process/run-process.ts'
import { onPath } from './find-binary.ts'

export interface Confinement {
  readonly memoryBytes: number
  /** Left out for a process that builds again and again. */
  readonly cpuSeconds?: number
}

/** What to put before a command's path so that it runs without network and with limited memory, as far as this machine can. */
export async function confine(limits: Confinement): Promise<readonly string[]> {
  return [...(await withoutNetwork()), ...(await withLimits(limits))]
}

/** A network namespace of its own, where unprivileged ones are allowed. Elsewhere the empty PATH and dead proxies have to do. */
async function withoutNetwork(): Promise<string[]> {
  const unshare = await onPath('unshare', process.env)
  return unshare ? firstWorking([[unshare, '--user', '--map-current-user', '--net', '--']]) : []
}

/** util-linux's prlimit. Elsewhere the deadline alone ends a build that grows without end. */
async function withLimits({ memoryBytes, cpuSeconds }: Confinement): Promise<string[]> {
  const prlimit = await onPath('prlimit', process.env)
  const cpu = cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}`]
  return prlimit ? firstWorking([[prlimit, `--as=${memoryBytes}`, ...cpu, '--core=0', '--']]) : []
}

async function firstWorking(wrappers: readonly string[][]): Promise<string[]> {
  for (const wrapper of wrappers) {
    const [command = '', ...args] = wrapper
    const call = {
      command,
      args: [...args, '/bin/sh', '-c', ':'],
      cwd: '/',
      env: {},
      timeoutMs: 5_000,
      maxBytes: 65_536,
    }
    const done = await runProcess(call)
    if (done.ended === 'exit' && done.code === 0) return wrapper
  }
  return []
}
