import type { Dispatcher } from 'undici'
import type { RegistrySource } from '../../config/registries.ts'
import type { LockstepError } from '../../model/errors.ts'
import type { HttpAnswer } from '../oci/http-call.ts'
import { createRegistryCall, registryAddress } from '../oci/registry-call.ts'
import { RemoteFault } from '../oci/remote-fault.ts'
import { explain, limited, registryError } from './registry-failure.ts'
import { retryAfterMs } from './retry-after.ts'

export interface RegistryOptions {
  readonly source: RegistrySource
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds. */
  readonly now: () => number
  /** Told of each answer; status 0 is none. */
  readonly observe?: (call: { readonly host: string; readonly status: number }) => void
  readonly dispatcher?: Dispatcher | undefined
}

export interface Question {
  /** Below the registry's address. */
  readonly url: URL
  /** What it is about, in the words of a person. */
  readonly image: string
  readonly method?: 'GET' | 'HEAD'
  readonly accept: string
  /** Answered by 304 where nothing changed since. */
  readonly etag?: string | undefined
  readonly signal: AbortSignal
}

export type AskRegistry = (question: Question) => Promise<HttpAnswer>

const MAX_BYTES = 4 * 1024 ** 2
/** One that does not answer is not asked for everything that is watched there. */
const AFTER_SILENCE_MS = 60_000

/**
 * Asks one registry. Once it wants to be left alone, or does not answer, it is asked for nothing until the time that it names, or for a minute.
 * Throws a LockstepError for everything but an answer.
 */
export function createAskRegistry(options: RegistryOptions): AskRegistry {
  const { source, now, observe, dispatcher } = options
  const { host, hosts } = source
  const call = createRegistryCall({ home: registryAddress(host), hosts, basic: basicOf(options), dispatcher })
  let closed: { readonly until: number; readonly why: LockstepError } | undefined
  const close = (forMs: number, why: (until: number) => LockstepError): LockstepError => {
    const until = now() + forMs
    closed = { until, why: why(until) }
    return closed.why
  }
  const failed = (error: unknown, image: string): unknown => {
    if (!(error instanceof RemoteFault) || error.reason !== 'unreachable') return explain(error, image)
    if (error.retryAfter === undefined) return close(AFTER_SILENCE_MS, () => explain(error, image) as LockstepError)
    return close(retryAfterMs(error.retryAfter, now()), (until) => limited(host, until))
  }
  return async ({ image, ...question }) => {
    if (closed && now() < closed.until) throw closed.why
    const answer = await call(question.url, { ...question, maxBytes: MAX_BYTES }).catch((error) => {
      observe?.({ host, status: 0 })
      throw failed(error, image)
    })
    observe?.({ host, status: answer.status })
    const retryAfter = answer.headers['retry-after']
    if (answer.status !== 429 && (answer.status !== 503 || retryAfter === undefined)) return answer
    throw close(retryAfterMs(retryAfter, now()), (until) => limited(host, until))
  }
}

function basicOf({ source, env }: RegistryOptions): string | undefined {
  const { host, usernameEnv, passwordEnv } = source
  if (usernameEnv === undefined || passwordEnv === undefined) return undefined
  const [username, password] = [env[usernameEnv], env[passwordEnv]]
  if (username && password) return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const name = username ? passwordEnv : usernameEnv
  throw registryError('REGISTRY_DENIED', `${name} is not set, and the operator names it for ${host}.`, `Set ${name}.`)
}
