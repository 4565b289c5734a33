import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { EngineAnswer } from './engine-process.ts'
import { LineProcess } from './line-process.ts'
import { NODE_FLAGS, nodeEnvironment } from './node-command.ts'
import { followPeak } from './process-memory.ts'
import type { BenchPrograms } from './programs.ts'

export interface Applied {
  readonly milliseconds: number
  /** The most that was resident, of a command that has ended. */
  readonly peakBytes?: number
  /** As the engine itself counted, where it does: a check of the API server's count. */
  readonly ownRequests?: Readonly<Record<string, number>>
}

/** One that brings a cluster to what a file says. */
export interface Contestant extends AsyncDisposable {
  apply(file: string): Promise<Applied>
  /** Corrects by itself from now on; absent: `apply` is what corrects. */
  watch?(): Promise<void>
  /** Of a process that stays. */
  readonly pid?: number
}

const ENGINE = fileURLToPath(new URL('engine-process.ts', import.meta.url))

/** Lockstep's engine in a process that stays, with what it learnt. */
export function lockstep(kubeconfig: string): Contestant {
  const args = [...NODE_FLAGS, ENGINE, kubeconfig, 'lockstep']
  const program = new LineProcess(process.execPath, args, { env: nodeEnvironment() })
  return {
    pid: program.pid,
    async apply(file) {
      const { code, message, milliseconds, requests } = await program.ask<EngineAnswer>(`reconcile ${file}`)
      if (!FINE.has(code ?? '')) throw new Error(`Lockstep: ${code} ${message}`)
      return { milliseconds, ...(requests && { ownRequests: requests }) }
    },
    async watch() {
      await program.ask('watch')
    },
    [Symbol.asyncDispose]: () => program.end(),
  }
}

const FINE = new Set(['RECONCILED', 'IN_SYNC', 'HEALTH_WAITS', 'DRIFT_HEALED'])

/** Flux's library in a process that stays, as in its controller. */
export function flux(kubeconfig: string, { flux: path }: BenchPrograms): Contestant {
  const program = new LineProcess(path, ['-kubeconfig', kubeconfig, '-context', 'flux'])
  return {
    pid: program.pid,
    async apply(file) {
      const { milliseconds, error } = await program.ask<{ milliseconds: number; error?: string }>(`apply ${file}`)
      if (error) throw new Error(`Flux: ${error}`)
      return { milliseconds }
    },
    [Symbol.asyncDispose]: () => program.end(),
  }
}

/** `kubectl apply --server-side`; it takes back what others changed, as both engines do. */
export function kubectl(kubeconfig: string, { kubectl: path }: BenchPrograms): Contestant {
  return {
    apply: (file) =>
      command(path, [
        ...['apply', '--server-side', '--force-conflicts', `--kubeconfig=${kubeconfig}`, '--context=kubectl'],
        ...['-f', file],
      ]),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Runs a command from its start to its end. Throws with what it complained of where that is not 0. */
export async function command(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Applied> {
  const begun = performance.now()
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-4_000)
  })
  const peak = followPeak(child.pid ?? 0)
  const [code] = await once(child, 'close')
  const milliseconds = performance.now() - begun
  if (code !== 0) throw new Error(`${path} ended with ${code}: ${complaint}`)
  return { milliseconds, peakBytes: await peak }
}
