interface Shared<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  waiting: number
}

/** Joins identical pieces of work that are asked for at the same time. Called off only when nobody waits for it any more. */
export class SharedWork<T> {
  readonly #running = new Map<string, Shared<T>>()

  async run(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const shared = this.#running.get(key) ?? this.#start(key, work)
    shared.waiting += 1
    try {
      return await (signal ? orAborted(shared.result, signal) : shared.result)
    } finally {
      shared.waiting -= 1
      if (shared.waiting === 0) this.#end(key, shared)
    }
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<T>): Shared<T> {
    const controller = new AbortController()
    const shared: Shared<T> = { result: work(controller.signal), controller, waiting: 0 }
    shared.result.catch(() => undefined)
    this.#running.set(key, shared)
    return shared
  }

  #end(key: string, shared: Shared<T>): void {
    shared.controller.abort()
    if (this.#running.get(key) === shared) this.#running.delete(key)
  }
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
