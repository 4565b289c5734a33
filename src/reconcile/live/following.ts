import type { Cluster, LiveObject, ResourceKind, WatchEvent, WatchOptions } from '../../model/cluster.ts'
import { LockstepError } from '../../model/errors.ts'

export interface Followed {
  readonly kind: ResourceKind
  readonly options: WatchOptions
  /** One object came, changed or went; `initial` while the state is told that was found at the start or after a gap. */
  take(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: LiveObject, initial: boolean): void
}

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** One watch, and whether what it told is the truth now. */
export class Following {
  /** Everything up to now has been told. */
  current = false
  /** The server refused for good, or it was closed. */
  ended = false
  readonly kind: ResourceKind
  readonly #followed: Followed
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  readonly #waiters = new Set<Waiter>()

  constructor(cluster: Cluster, followed: Followed) {
    this.kind = followed.kind
    this.#followed = followed
    const onEvent = (event: WatchEvent) => this.#onEvent(event)
    this.#running = cluster.watch(followed.kind, followed.options, onEvent, this.#stop.signal).then(
      () => this.#end(new Error('the watch was closed')),
      (error: unknown) => this.#end(error),
    )
  }

  /** Resolves once everything up to now has been told. Throws why it cannot be, and OBJECTS_UNKNOWN after `withinMs`. */
  async synced(withinMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.current) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter = { resolve, reject }
    const late = setTimeout(() => reject(silent(this.kind, withinMs)), withinMs)
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
    this.#waiters.add(waiter)
    try {
      await promise
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', abort)
      this.#waiters.delete(waiter)
    }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  #onEvent(event: WatchEvent): void {
    if (event.type === 'SYNCED') {
      this.current = true
      for (const { resolve } of this.#waiters) resolve()
    } else if (event.type === 'LOST') {
      this.current = false
      for (const { reject } of this.#waiters) reject(event.error)
    } else {
      this.#followed.take(event.type, event.object, !this.current)
    }
  }

  #end(error: unknown): void {
    this.ended = true
    this.current = false
    for (const { reject } of this.#waiters) reject(error)
  }
}

function silent({ kind }: ResourceKind, withinMs: number): LockstepError {
  const problem = {
    code: 'OBJECTS_UNKNOWN',
    message: `The cluster did not tell its objects of kind ${kind} within ${Math.round(withinMs / 1000)} s.`,
    remedy: 'It is tried again; look at the API server if this goes on.',
  }
  return new LockstepError(problem, { kind: 'unreachable' })
}
