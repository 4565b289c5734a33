import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EngineAnswer } from './engine-process.ts'
import { LineProcess } from './line-process.ts'
import { NODE_FLAGS, nodeEnvironment } from './node-command.ts'
import { runOnce } from './one-shot.ts'
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

const LOCKSTEP = fileURLToPath(new URL('../../bin/lockstep', import.meta.url))
const ENGINE = fileURLToPath(new URL('engine-process.ts', import.meta.url))

/** Lockstep's engine in a process that stays, with what it learnt. */
export function lockstep(kubeconfig: string): Contestant {
  const program = engineProcess(kubeconfig)
  return {
    pid: program.pid,
    async apply(file) {
      const { code, message, milliseconds, requests } = await program.ask<EngineAnswer>(`reconcile load ${file}`)
      if (!FINE.has(code ?? '')) throw new Error(`Lockstep: ${code} ${message}`)
      return { milliseconds, ...(requests && { ownRequests: requests }) }
    },
    async watch() {
      await program.ask('watch')
    },
    [Symbol.asyncDispose]: () => program.end(),
  }
}

export function engineProcess(kubeconfig: string): LineProcess {
  const args = [...NODE_FLAGS, ENGINE, kubeconfig, 'lockstep']
  return new LineProcess(process.execPath, args, { env: nodeEnvironment() })
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
      runOnce(
        path,
        words(`apply --server-side --force-conflicts --kubeconfig ${kubeconfig} --context kubectl -f ${file}`),
      ),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** The whole of `lockstep reconcile`, which renders with kustomize too, from the files of a clone. */
export function lockstepCommand(kubeconfig: string, repository: string): Contestant {
  return {
    async apply(file) {
      await copyFile(file, join(repository, 'apps/load/overlays/bench/objects.yaml'))
      const place = `--repo ${repository} --env bench --kubeconfig ${kubeconfig} --context lockstep`
      // Nothing gets healthy without controllers.
      const args = words(`reconcile ${place} --timeout 0 --format json`)
      const { stdout, ...applied } = await runOnce(LOCKSTEP, args, [0, 1])
      const { targets } = JSON.parse(stdout) as { targets: { outcome: { code: string; message: string } }[] }
      const { code = '', message } = targets[0]?.outcome ?? {}
      if (!FINE.has(code)) throw new Error(`lockstep reconcile: ${code} ${message}`)
      return applied
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Nothing here has blanks in it. */
function words(line: string): string[] {
  return line.split(' ')
}
