import type { Clock } from './clock.ts'
import { failureIn, GitHubError, githubError } from './github-error.ts'
import type { GitHubFailure } from './github-failure.ts'
import type { Octokit } from './octokit.ts'
import { type Letter, Outbox } from './outbox.ts'
import { OwnWrites } from './own-writes.ts'
import { Pace, type Pacing } from './pacing.ts'
import { RateLimits } from './rate-limits.ts'

export interface InstallationOptions {
  readonly octokit: Octokit
  readonly clock: Clock
  readonly pacing: Pacing
  /** Longest time a call may wait for a rate limit to open. */
  readonly longestWaitMs: number
  /** Speaks as the App itself, with a JWT made for each call: there is no token to renew. */
  readonly asApp?: boolean
}

const ATTEMPTS = 4
const LAG_DELAYS_MS = [250, 500, 1000, 2000, 4000]

/** One request: `what` reads like `read pull request 7 of acme/shop`. */
export interface Call<T> {
  readonly what: string
  readonly ask: (octokit: Octokit) => Promise<T>
}

export interface WriteCall<T> extends Call<T> {
  /** Looks whether an attempt without an answer was done after all; its result is then taken, and nothing sent again. */
  readonly recover?: () => Promise<T | undefined>
}

export interface Writer {
  create<T>(call: WriteCall<T>): Promise<T>
  edit<T>(call: WriteCall<T>): Promise<T>
}

/** Everything asked of GitHub in one installation's name. Throws GitHubError when GitHub does not or will not answer. */
export class Installation {
  readonly ownWrites: OwnWrites
  readonly clock: Clock
  readonly #octokit: Octokit
  readonly #asApp: boolean
  readonly #limits: RateLimits
  readonly #outbox: Outbox

  constructor(options: InstallationOptions) {
    this.clock = options.clock
    this.ownWrites = new OwnWrites(options.clock)
    this.#octokit = options.octokit
    this.#asApp = options.asApp ?? false
    this.#limits = new RateLimits(options.clock, options.longestWaitMs)
    this.#outbox = new Outbox(options.clock, new Pace(options.pacing), this.#limits)
  }

  /** Repeats what a later attempt can mend: limits, failures of the server, lost answers. */
  async read<T>(call: Call<T>): Promise<T> {
    return this.#persist(call, () => this.#limits.wait(call.what))
  }

  /** `undefined` when there is no such thing. `thing` names it in `ownWrites`: one just written is looked for longer. */
  async find<T>(call: Call<T>, thing?: string): Promise<T | undefined> {
    try {
      return await this.withLag(
        () => this.read(call),
        (error) => thing !== undefined && this.ownWrites.isFresh(thing) && isMissing(error),
      )
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  /** Repeats `ask` for about eight seconds while its refusal may only mean that GitHub has not caught up yet. */
  async withLag<T>(ask: () => Promise<T>, mayBeLag: (error: unknown) => boolean): Promise<T> {
    for (const delay of LAG_DELAYS_MS) {
      try {
        return await ask()
      } catch (error) {
        if (!mayBeLag(error)) throw error
        await this.clock.sleep(delay)
      }
    }
    return ask()
  }

  /** Sends a letter through the installation's outbox, its requests written with the writer it is given. */
  send<T>(letter: Omit<Letter<T>, 'send'>, write: (writer: Writer) => Promise<T>): Promise<T> {
    return this.#outbox.put({
      ...letter,
      send: (turn) =>
        write({
          create: (call) => this.#persist(call, () => turn('create')),
          edit: (call) => this.#persist(call, () => turn('edit')),
        }),
    })
  }

  async #persist<T>(call: WriteCall<T>, before: () => Promise<void>): Promise<T> {
    let renewed = false
    for (let attempt = 1; ; attempt++) {
      await before()
      try {
        const answer = await call.ask(this.#octokit)
        this.#limits.worked()
        return answer
      } catch (thrown) {
        const error = githubError(thrown, call.what, this.clock.now())
        const failure = failureIn(error)
        const renew = failure?.kind === 'credentials' && !renewed && !this.#asApp
        if (!failure || attempt === ATTEMPTS || !(renew || mayPass(failure))) throw error
        if (renew) renewed = await this.#renewToken(call.what)
        const done = await this.#afterFailure(failure, attempt, call)
        if (done !== undefined) return done
      }
    }
  }

  /** Makes the next attempt sensible; answers the result when the failed one had been done after all. */
  async #afterFailure<T>(failure: GitHubFailure, attempt: number, call: WriteCall<T>): Promise<T | undefined> {
    if (failure.kind === 'limited') this.#limits.hit(failure)
    if (!isUncertain(failure)) return undefined
    await this.clock.sleep(500 * 2 ** (attempt - 1))
    return call.recover?.()
  }

  /** A token may be revoked before its hour is over. */
  async #renewToken(what: string): Promise<true> {
    try {
      await this.#octokit.auth({ type: 'installation', refresh: true })
      return true
    } catch (error) {
      throw githubError(error, what, this.clock.now())
    }
  }
}

function mayPass(failure: GitHubFailure): boolean {
  return failure.kind === 'limited' || isUncertain(failure)
}

/** It may have been done. */
function isUncertain(failure: GitHubFailure): boolean {
  return failure.kind === 'unavailable' || failure.kind === 'unanswered'
}

function isMissing(error: unknown): boolean {
  return error instanceof GitHubError && error.failure.kind === 'missing'
}
