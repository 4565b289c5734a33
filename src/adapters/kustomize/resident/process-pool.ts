import type { RendererProcess } from './renderer-process.ts'
import { Slots } from './slots.ts'

/** Keeps at most `size` processes, each started when it is needed first. */
export class ProcessPool {
  readonly #start: () => Promise<RendererProcess>
  readonly #slots: Slots
  readonly #all = new Set<RendererProcess>()
  #idle: RendererProcess[] = []

  constructor(size: number, start: () => Promise<RendererProcess>) {
    this.#slots = new Slots(size)
    this.#start = start
  }

  /** Runs `work` with a process of its own for the time being. Rejects with the signal's reason when that ends the waiting for one. */
  use<T>(signal: AbortSignal, work: (process: RendererProcess) => Promise<T>): Promise<T> {
    return this.#slots.run(signal, async () => {
      const process = this.#takeIdle() ?? (await this.#add())
      try {
        return await work(process)
      } finally {
        if (process.usable) this.#idle.push(process)
        else this.#all.delete(process)
      }
    })
  }

  /** As `use`, with a process that has built nothing before and builds nothing afterwards. */
  useFresh<T>(signal: AbortSignal, work: (process: RendererProcess) => Promise<T>): Promise<T> {
    return this.#slots.run(signal, async () => {
      this.#drop(this.#takeIdle())
      const process = await this.#add()
      try {
        return await work(process)
      } finally {
        this.#drop(process)
      }
    })
  }

  /** Stops every process, those at work too. */
  close(): void {
    for (const process of this.#all) this.#drop(process)
    this.#idle = []
  }

  async #add(): Promise<RendererProcess> {
    const process = await this.#start()
    this.#all.add(process)
    return process
  }

  #drop(process: RendererProcess | undefined): void {
    if (!process) return
    process.stop()
    this.#all.delete(process)
  }

  /** The one used last: its memory is warm. One that ended meanwhile is forgotten. */
  #takeIdle(): RendererProcess | undefined {
    let process = this.#idle.pop()
    while (process && !process.usable) {
      this.#all.delete(process)
      process = this.#idle.pop()
    }
    return process
  }
}
