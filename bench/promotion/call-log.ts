import type { RepositoryAccess } from '../../src/assemble/repositories.ts'
import type { Services } from '../../src/assemble/services.ts'

export interface Call {
  /** e.g. `POST /repos/{owner}/{repo}/pulls`, or `git fetch`. */
  readonly route: string
  readonly status: number
  /** When it was answered, by `performance.now`. */
  readonly at: number
}

/** How long something may take before the bench gives up on it. */
const PATIENCE_MS = 120_000

/** Every call to GitHub, as the adapter tells them, and every fetch. */
export class CallLog {
  #calls: Call[] = []
  #waiting: ((call: Call) => void)[] = []

  constructor({ metrics }: Pick<Services, 'metrics'>) {
    const { githubCall } = metrics
    metrics.githubCall = (call) => {
      githubCall(call)
      this.#heard({ route: call.route, status: call.status, at: performance.now() })
    }
  }

  /** Opens repositories whose fetches are counted too. */
  counting({ openRepository }: Pick<Services, 'openRepository'>): Services['openRepository'] {
    const known = new WeakMap<RepositoryAccess['mirror'], RepositoryAccess['mirror']>()
    return async (ref) => {
      const access = await openRepository(ref)
      const mirror = known.get(access.mirror) ?? this.#counted(access.mirror)
      known.set(access.mirror, mirror)
      return { ...access, mirror }
    }
  }

  /** Calls of what `act` does, by route. */
  async of<T>(
    act: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly calls: Readonly<Record<string, number>> }> {
    this.#calls = []
    const result = await act()
    const counts: Record<string, number> = {}
    for (const { route } of this.#calls) counts[route] = (counts[route] ?? 0) + 1
    return { result, calls: counts }
  }

  /** The next call of this method and last part of a path that GitHub says yes to. */
  next(method: string, end: RegExp): Promise<Call> {
    return new Promise((resolve, reject) => {
      const impatience = setTimeout(() => reject(new Error(`no ${method} ${end.source} in two minutes`)), PATIENCE_MS)
      const look = (call: Call) => {
        if (call.status >= 300 || !call.route.startsWith(`${method} `) || !end.test(call.route)) return
        this.#waiting = this.#waiting.filter((other) => other !== look)
        clearTimeout(impatience)
        resolve(call)
      }
      this.#waiting.push(look)
    })
  }

  #counted(mirror: RepositoryAccess['mirror']): RepositoryAccess['mirror'] {
    const fetch = async () => {
      await mirror.fetch()
      this.#heard({ route: 'git fetch', status: 200, at: performance.now() })
    }
    return { ...mirror, fetch }
  }

  #heard(call: Call): void {
    this.#calls.push(call)
    for (const look of this.#waiting) look(call)
  }
}
