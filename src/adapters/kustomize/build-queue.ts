import { FairQueue, type RenderGroup } from './fair-queue.ts'

/** Somebody who waits for a piece of work, and whose turns may start it. */
interface Claim<T> {
  readonly group: RenderGroup
  readonly task: Task<T>
}

interface Task<T> {
  readonly key: string
  readonly work: (signal: AbortSignal) => Promise<T>
  readonly claims: Set<Claim<T>>
  readonly controller: AbortController
  readonly result: PromiseWithResolvers<T>
  started: boolean
}

/**
 * Runs at most `slots` pieces of work at once, groups in turn. Work of one key is done once for all who wait for it, as soon as it is
 * the turn of any of them; it is called off, or never started, when the last of them has left.
 */
export class BuildQueue<T> {
  readonly #waiting = new FairQueue<Claim<T>>()
  readonly #tasks = new Map<string, Task<T>>()
  #free: number

  constructor(slots: number) {
    this.#free = slots
  }

  /** Rejects with the signal's reason as soon as it aborts. */
  async run(
    key: string,
    group: RenderGroup,
    work: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    signal?.throwIfAborted()
    const task = this.#tasks.get(key) ?? this.#create(key, work)
    const claim: Claim<T> = { group, task }
    const aborted = Promise.withResolvers<never>()
    const onAbort = () => {
      this.#leave(claim)
      aborted.reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort)
    this.#join(claim)
    try {
      return await Promise.race([task.result.promise, aborted.promise])
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #create(key: string, work: Task<T>['work']): Task<T> {
    const controller = new AbortController()
    const task = {
      key,
      work,
      claims: new Set<Claim<T>>(),
      controller,
      result: Promise.withResolvers<T>(),
      started: false,
    }
    task.result.promise.catch(() => undefined)
    this.#tasks.set(key, task)
    return task
  }

  #join(claim: Claim<T>): void {
    const { task, group } = claim
    task.claims.add(claim)
    if (!task.started) this.#waiting.add(group, claim)
    this.#startNext()
  }

  #leave(claim: Claim<T>): void {
    const { task, group } = claim
    this.#waiting.remove(group, claim)
    task.claims.delete(claim)
    if (task.claims.size > 0) return
    this.#forget(task)
    task.controller.abort()
  }

  #forget(task: Task<T>): void {
    if (this.#tasks.get(task.key) === task) this.#tasks.delete(task.key)
  }

  #startNext(): void {
    while (this.#free > 0) {
      const next = this.#waiting.take()
      if (!next) return
      void this.#start(next.task)
    }
  }

  /** A slot is free again only when the work has really ended, called off or not. */
  async #start(task: Task<T>): Promise<void> {
    task.started = true
    for (const claim of task.claims) this.#waiting.remove(claim.group, claim)
    this.#free -= 1
    await task.work(task.controller.signal).then(task.result.resolve, task.result.reject)
    this.#free += 1
    this.#forget(task)
    this.#startNext()
  }
}
