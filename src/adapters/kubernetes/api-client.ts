import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { NO_REQUESTS, type RequestCounts } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { LockstepError } from '../../model/errors.ts'
import { isJsonObject, type JsonObject } from '../../model/json.ts'
import { parseText, readHeader, readText } from './answer.ts'
import { printBody } from './body.ts'
import { loginRefused, NotAsked, networkFailure, notKubernetes, type Place } from './network-failure.ts'
import { readRetryAfter, retryDelay } from './retry.ts'
import { type Subject, statusError } from './status-error.ts'
import type { Transport, WireRequest } from './transport.ts'

export interface ApiRequest {
  /** What it counts as. */
  readonly verb: keyof RequestCounts
  readonly method: WireRequest['method']
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: JsonObject
  readonly contentType?: string
  /** Default `application/json`. */
  readonly accept?: string
  readonly subject: Subject
  /** Sending it twice does what sending it once does. Otherwise it is repeated only when it certainly had no effect. */
  readonly repeatable: boolean
  /** Every API server has this path: where it is not found, there is none. */
  readonly everywhere?: boolean
  /** `WriteLimit.timeLeftMs`. */
  readonly timeLeftMs?: (() => number) | undefined
}

export interface ApiLimits {
  /** For one attempt, in milliseconds; the server is told to give up then as well. */
  readonly requestTimeoutMs: number
  /** Longest silence of a watch. */
  readonly watchIdleMs: number
}

/** How the requests of one purpose differ from the others on the same connections. */
export interface Purpose {
  /** Whatever their verb. */
  readonly countAs?: keyof RequestCounts
  readonly headers?: Readonly<Record<string, string>>
  readonly requestTimeoutMs?: number
}

/** Sends requests and reads answers: JSON both ways, refusals as ClusterError, retries within bounds, every attempt counted. */
export class ApiClient {
  readonly #shared: Shared
  readonly #purpose: Purpose
  readonly #limits: ApiLimits

  private constructor(shared: Shared, purpose: Purpose) {
    this.#shared = shared
    this.#purpose = purpose
    const { requestTimeoutMs = shared.limits.requestTimeoutMs } = purpose
    this.#limits = { ...shared.limits, requestTimeoutMs }
  }

  static over(name: string, transport: Transport, limits: ApiLimits): ApiClient {
    return new ApiClient({ name, transport, limits, counts: { ...NO_REQUESTS }, closing: new AbortController() }, {})
  }

  /** Another client on the same connections, with the same counts; closed with this one. */
  forPurpose(purpose: Purpose): ApiClient {
    return new ApiClient(this.#shared, purpose)
  }

  get counts(): Readonly<RequestCounts> {
    return this.#shared.counts
  }

  /** Aborted by `close`. */
  get closed(): AbortSignal {
    return this.#shared.closing.signal
  }

  /** The answer's object. Throws ClusterError for what the server refused, LockstepError (`unreachable`) for no answer. */
  async call(request: ApiRequest): Promise<JsonObject> {
    const giveUp = Date.now() + 3 * this.#limits.requestTimeoutMs
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(request)
      if ('answer' in result) return result.answer
      const wait = retryDelay({ attempt, retryAfterMs: result.retryAfterMs, random: Math.random() })
      if (!result.mayRepeat || wait === undefined || Date.now() + wait > giveUp) throw result.error
      await sleep(wait, undefined, { signal: this.closed }).catch(() => {
        throw result.error
      })
    }
  }

  /** An open stream (200). One attempt; the caller reopens. Ends with `signal`, after a silence, or with an error. */
  async open(request: ApiRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const { requestTimeoutMs, watchIdleMs } = this.#limits
    const stop = new AbortController()
    const late = setTimeout(() => stop.abort(new DOMException('no answer', 'TimeoutError')), requestTimeoutMs)
    try {
      const answer = await this.#send(request, AbortSignal.any([signal, stop.signal]), watchIdleMs)
      if (answer.statusCode === 200) return this.#translated(answer.body)
      throw await this.#refusal(answer, request)
    } catch (error) {
      throw isOurs(error) ? error : networkFailure(error, this.#place, requestTimeoutMs).error
    } finally {
      clearTimeout(late)
    }
  }

  async *#translated(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* stream
    } catch (error) {
      throw networkFailure(error, this.#place, this.#limits.watchIdleMs).error
    }
  }

  async close(): Promise<void> {
    this.#shared.closing.abort()
    await this.#shared.transport.close()
  }

  async #attempt(request: ApiRequest): Promise<Attempt> {
    const { requestTimeoutMs } = this.#limits
    const timeoutMs = Math.min(requestTimeoutMs, Math.floor(request.timeLeftMs?.() ?? requestTimeoutMs))
    try {
      const timed = { ...request, query: { ...request.query, timeout: `${timeoutMs}ms` } }
      const answer = await this.#send(timed, AbortSignal.timeout(timeoutMs), timeoutMs)
      if (answer.statusCode < 300) return { answer: await this.#readObject(answer) }
      return refused(await this.#refusal(answer, request), request.repeatable)
    } catch (error) {
      if (isOurs(error)) throw error
      const failure = networkFailure(error, this.#place, timeoutMs)
      const mayRepeat = !failure.permanent && !this.closed.aborted && (request.repeatable || !failure.sent)
      return { error: failure.error, mayRepeat }
    }
  }

  /** A login that is refused is read again once: tokens expire. */
  async #send(request: ApiRequest, signal: AbortSignal, idleMs: number): Promise<Dispatcher.ResponseData> {
    const wire = wireRequest(request, this.#purpose.headers ?? {}, signal, idleMs)
    const { transport } = this.#shared
    const { renewals } = transport
    const answer = await this.#count(request, wire)
    if (answer.statusCode !== 401) return answer
    await answer.body.dump()
    await transport.renewLogin(renewals)
    return this.#count(request, wire)
  }

  async #count({ verb }: ApiRequest, wire: WireRequest): Promise<Dispatcher.ResponseData> {
    const { counts, transport } = this.#shared
    const countAs = this.#purpose.countAs ?? verb
    counts[countAs]++
    try {
      return await transport.send(wire)
    } catch (error) {
      if (error instanceof NotAsked) counts[countAs]--
      throw error
    }
  }

  async #readObject(answer: Dispatcher.ResponseData): Promise<JsonObject> {
    const body = parseText(await readText(answer))
    if (isJsonObject(body)) return body
    throw notKubernetes(this.#place, answer.statusCode)
  }

  async #refusal(answer: Dispatcher.ResponseData, request: ApiRequest): Promise<ClusterError | LockstepError> {
    const text = await readText(answer)
    if (answer.statusCode === 401) return loginRefused(this.#place)
    if (answer.statusCode < 400 || (answer.statusCode === 404 && request.everywhere)) {
      return notKubernetes(this.#place, answer.statusCode)
    }
    const retryAfterMs = readRetryAfter(readHeader(answer, 'retry-after'), Date.now())
    return statusError({ status: answer.statusCode, body: parseText(text), retryAfterMs }, request.subject)
  }

  get #place(): Place {
    const { name, transport } = this.#shared
    return { name, server: transport.credentials.server }
  }
}

interface Shared {
  readonly name: string
  readonly transport: Transport
  readonly limits: ApiLimits
  readonly counts: Record<keyof RequestCounts, number>
  readonly closing: AbortController
}

type Attempt =
  | { readonly answer: JsonObject }
  | { readonly error: Error; readonly mayRepeat: boolean; readonly retryAfterMs?: number | undefined }

/** 429 is said before anything is done; after another failure the request may have had its effect. */
function refused(error: ClusterError | LockstepError, repeatable: boolean): Attempt {
  if (error instanceof LockstepError) return { error, mayRepeat: false }
  const mayRepeat = error.retryable && (repeatable || error.status === 429)
  return { error, mayRepeat, retryAfterMs: error.retryAfterMs }
}

function isOurs(error: unknown): error is ClusterError | LockstepError {
  return error instanceof ClusterError || error instanceof LockstepError
}

function wireRequest(
  request: ApiRequest,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  idleMs: number,
): WireRequest {
  const query = Object.entries(request.query ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const contentType = request.contentType ?? 'application/json'
  return {
    method: request.method,
    path: query.length > 0 ? `${request.path}?${new URLSearchParams(query)}` : request.path,
    headers: {
      accept: request.accept ?? 'application/json',
      ...(request.verb === 'list' && { 'accept-encoding': 'gzip' }),
      ...(request.body && { 'content-type': contentType }),
      ...headers,
    },
    ...(request.body && { body: printBody(request.body) }),
    signal,
    idleMs,
    stream: request.verb === 'watch',
  }
}
