import type { Dispatcher } from 'undici'
import { checkHost, type HttpAnswer, httpCall } from './http-call.ts'
import { RemoteFault } from './remote-fault.ts'

export interface TokenOptions {
  /** The registry. */
  readonly home: URL
  readonly hosts: readonly string[]
  /** The operator's credentials as a header's value. */
  readonly basic: string | undefined
  readonly dispatcher?: Dispatcher | undefined
}

/** The `Authorization` that a registry wants, got as its own challenge says. */
export interface Tokens {
  /** One that was got before for the same repository. */
  known(url: URL): string | undefined
  ask(url: URL, challenge: string | undefined, signal: AbortSignal): Promise<string | undefined>
}

const MAX_TOKEN_BYTES = 1024 ** 2

export function createTokens({ home, hosts, basic, dispatcher }: TokenOptions): Tokens {
  const found = new Map<string, string>()
  return {
    known: (url) => found.get(repositoryOf(url)),
    async ask(url, challenge = '', signal) {
      if (/^Basic\b/i.test(challenge)) {
        if (basic) found.set(repositoryOf(url), basic)
        return basic
      }
      const realm = realmOf(challenge, home)
      checkHost(realm, home, { url: home, hosts })
      const answer = await httpCall({
        url: realm,
        hosts,
        authorization: basic,
        maxBytes: MAX_TOKEN_BYTES,
        signal,
        dispatcher,
      })
      if (answer.status !== 200) throw noToken(answer, basic !== undefined)
      const token = `Bearer ${readToken(answer.body)}`
      found.set(repositoryOf(url), token)
      return token
    },
  }
}

function repositoryOf(url: URL): string {
  return /^\/v2\/(.*)\/(?:manifests|blobs|tags)\//.exec(url.pathname)?.[1] ?? ''
}

/** `Bearer realm="https://…",service="…",scope="…"`. */
function realmOf(challenge: string, home: URL): URL {
  const parameters = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key.toLowerCase(), value]),
  )
  const realm = URL.parse(parameters.get('realm') ?? '')
  if (!/^Bearer\b/i.test(challenge) || !realm) {
    throw new RemoteFault(
      'denied',
      `${home.host} asks for credentials in a way not known here`,
      'Use another registry.',
    )
  }
  for (const key of ['service', 'scope']) {
    const value = parameters.get(key)
    if (value !== undefined) realm.searchParams.set(key, value)
  }
  return realm
}

function readToken(body: Buffer): string {
  try {
    const { token, access_token: accessToken } = JSON.parse(body.toString('utf8')) as Record<string, unknown>
    const found = token ?? accessToken
    if (typeof found === 'string' && /^[\x21-\x7e]+$/.test(found)) return found
  } catch {
    // Said below.
  }
  throw new RemoteFault('denied', 'the registry’s answer to the question for a token holds none', 'Try again.')
}

function noToken({ status, url, headers }: HttpAnswer, hasCredentials: boolean): RemoteFault {
  if (status !== 401 && status !== 403) {
    const message = `${url.host} answers ${status} for a token`
    return new RemoteFault('unreachable', message, 'Try again.', headers['retry-after'])
  }
  const what = hasCredentials
    ? 'refused the credentials'
    : 'gives no token to everybody, and the operator has named no credentials'
  return new RemoteFault(
    'denied',
    `${url.host} ${what}`,
    'Have the operator name variables with credentials in the entry of this server.',
  )
}
