import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LineProcess } from './line-process.ts'
import { NODE_FLAGS, nodeEnvironment } from './node-command.ts'
import type { DriftSeen, Synced } from './worker-process.ts'

const PROCESS = fileURLToPath(new URL('worker-process.ts', import.meta.url))

export interface WorkerOptions {
  readonly kubeconfig: string
  /** Of the repository's clone. */
  readonly repository: string
  /** Renders and everything else it keeps. */
  readonly data: string
  readonly onDrift?: (seen: DriftSeen) => void
}

/** Lockstep's worker in a process of its own. */
export class Worker implements AsyncDisposable {
  readonly #program: LineProcess

  static async start({ kubeconfig, repository, data, onDrift }: WorkerOptions): Promise<Worker> {
    const file = join(data, 'operator.yaml')
    const cluster = { name: 'bench', kubeconfig, context: 'lockstep', repositories: ['acme/load'] }
    await writeFile(file, JSON.stringify({ data, clusters: [cluster] }))
    const onEvent = (message: object) => onDrift?.(message as DriftSeen)
    const args = [...NODE_FLAGS, PROCESS, file, repository]
    return new Worker(new LineProcess(process.execPath, args, { env: nodeEnvironment(), onEvent }))
  }

  private constructor(program: LineProcess) {
    this.#program = program
  }

  get pid(): number {
    return this.#program.pid
  }

  /** Tells it that the branch moved; milliseconds until so many targets hold that commit. */
  async sync(revision: string, targets: number): Promise<number> {
    const { milliseconds } = await this.#program.ask<Synced>(`sync ${revision} ${targets}`)
    return milliseconds
  }

  /** The same, and healthy; whatever is not so after this time is in `others`. */
  healthy(revision: string, targets: number, seconds: number): Promise<Synced> {
    return this.#program.ask<Synced>(`healthy ${revision} ${targets} ${seconds}`)
  }

  /** Tells it that the branch moved. */
  async dispatch(): Promise<void> {
    await this.#program.ask('dispatch')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.end()
  }
}
