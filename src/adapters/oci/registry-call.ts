import type { Dispatcher } from 'undici'
import { type HttpAnswer, type HttpCall, httpCall } from './http-call.ts'
import { RemoteFault } from './remote-fault.ts'
import { createTokens } from './token.ts'

export interface RegistryPlace {
  readonly home: URL
  /** Other hosts that it may send to. */
  readonly hosts: readonly string[]
  /** The operator's credentials as a header's value. */
  readonly basic: string | undefined
  readonly dispatcher?: Dispatcher | undefined
}

export type RegistryCall = (
  url: URL,
  call: Pick<HttpCall, 'method' | 'accept' | 'etag' | 'maxBytes' | 'signal'>,
) => Promise<HttpAnswer>

/** Asks one registry, without credentials first: it says what it wants. Throws RemoteFault for everything but an answer. */
export function createRegistryCall({ home, hosts, basic, dispatcher }: RegistryPlace): RegistryCall {
  const tokens = createTokens({ home, hosts, basic, dispatcher })
  return async (url, call) => {
    const whole = { ...call, url, hosts, dispatcher }
    const answer = await httpCall({ ...whole, authorization: tokens.known(url) })
    if (answer.status !== 401) return answer
    return httpCall({ ...whole, authorization: await tokens.ask(url, answer.headers['www-authenticate'], call.signal) })
  }
}

/** Registries on this machine are spoken to without TLS, all others never. */
export function registryAddress(host: string): URL {
  const { hostname } = new URL(`https://${host}`)
  const scheme = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname) ? 'http' : 'https'
  return new URL(`${scheme}://${host === 'docker.io' ? 'registry-1.docker.io' : host}/`)
}

/** Of a page of `/v2/…/tags/list`. Throws RemoteFault where it is none. */
export function readTags(body: Buffer): string[] {
  try {
    const { tags } = JSON.parse(body.toString('utf8')) as { tags?: unknown }
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
  } catch {
    throw new RemoteFault('malformed', 'the registry’s list of tags is no JSON', 'Tell the owner of the registry.')
  }
}

/** `Link: <…>; rel="next"`. Throws RemoteFault where that is not on the registry itself: half a list of tags is none. */
export function nextPage({ headers, url }: HttpAnswer, home: URL): URL | null {
  const links = (headers.link ?? '').matchAll(/<([^>]*)>([^<]*)/g)
  const [, target] = [...links].find(([, , parameters = '']) => /;\s*rel="?next"?/i.test(parameters)) ?? []
  if (target === undefined) return null
  const next = URL.parse(target, url.href)
  if (next?.origin === home.origin) return next
  throw new RemoteFault('malformed', `${home.host} continues its list of tags elsewhere`, 'Tell its owner.')
}
