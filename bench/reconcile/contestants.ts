import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { EngineAnswer } from './engine-process.ts'
import { LineProcess } from './line-process.ts'
import { followPeak, forgetPeak, peakMemory } from './process-memory.ts'
import type { BenchPrograms } from './programs.ts'

export interface Applied {
  readonly milliseconds: number
  /** Bytes: the most that was resident in this phase. */
  readonly peakBytes: number
  /** As the engine itself counted, where it does. */
  readonly ownRequests?: Readonly<Record<string, number>>
}

/** One that brings a cluster to what a file says. */
export interface Contestant extends AsyncDisposable {
  apply(file: string): Promise<Applied>
  /** Corrects by itself from now on; absent: `apply` is what corrects. */
  watch?(): Promise<void>
}

const ENGINE = fileURLToPath(new URL('engine-process.ts', import.meta.url))
/** As `bin/lockstep` runs it. */
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4']

/** Lockstep's engine in a process that stays, with what it learnt. */
export function lockstep(kubeconfig: string): Contestant {
  const program = new LineProcess(process.execPath, [...NODE_FLAGS, ENGINE, kubeconfig, 'lockstep'])
  return {
    async apply(file) {
      return resident(program, async () => {
        const { code, message, milliseconds, requests } = await program.ask<EngineAnswer>(`reconcile ${file}`)
        if (!FINE.has(code ?? '')) throw new Error(`Lockstep: ${code} ${message}`)
        return { milliseconds, ...(requests && { ownRequests: requests }) }
      })
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
    apply: (file) =>
      resident(program, async () => {
        const { milliseconds, error } = await program.ask<{ milliseconds: number; error?: string }>(`apply ${file}`)
        if (error) throw new Error(`Flux: ${error}`)
        return { milliseconds }
      }),
    [Symbol.asyncDispose]: () => program.end(),
  }
}

async function resident(program: LineProcess, work: () => Promise<Omit<Applied, 'peakBytes'>>): Promise<Applied> {
  await forgetPeak(program.pid)
  const done = await work()
  return { ...done, peakBytes: (await peakMemory(program.pid)) ?? 0 }
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
