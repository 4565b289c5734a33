import type { Dispatcher } from 'undici'
import { RemoteFault } from './remote-fault.ts'

export interface HttpCall {
  /** Default GET. */
  readonly method?: 'GET' | 'HEAD'
  readonly url: URL
  readonly accept?: string
  /** Sent to the first host alone. */
  readonly authorization?: string | undefined
  /** Hosts that may be sent to besides the first one and those below it. */
  readonly hosts: readonly string[]
  /** Answered by 304 where nothing changed since. */
  readonly etag?: string | undefined
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** For servers with certificates of their own. */
  readonly dispatcher?: Dispatcher | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  /** Where the answer came from in the end. */
  readonly url: URL
}

const MAX_REDIRECTS = 5

/**
 * Asks an address. Follows redirects to hosts that are allowed, never from https to http, and without credentials elsewhere. Throws
 * RemoteFault for everything but an answer; what its status means is the caller's to say.
 */
export async function httpCall(call: HttpCall): Promise<HttpAnswer> {
  let { url } = call
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const answer = await ask(call, url)
    const { location } = answer.headers
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer
    const next = URL.parse(location, url.href)
    if (!next) throw new RemoteFault('malformed', `${url.host} redirects to no address`, ASK_OWNER)
    checkHost(next, url, call)
    url = next
  }
  throw new RemoteFault('malformed', `${call.url.host} redirects without end`, ASK_OWNER)
}

const ASK_OWNER = 'Tell its owner.'

/** Refuses to go from `from` to `next`. */
export function checkHost(next: URL, from: URL, { url: first, hosts }: Pick<HttpCall, 'url' | 'hosts'>): void {
  if (!/^https?:$/.test(next.protocol) || (next.protocol === 'http:' && from.protocol === 'https:')) {
    throw new RemoteFault('host-refused', `${from.host} sends to ${next.protocol}//${next.host}`, 'Use https only.')
  }
  if (next.username || next.password) {
    throw new RemoteFault('host-refused', `${from.host} sends to an address with credentials`, ASK_OWNER)
  }
  if (isHostOf(first.host, next.host) || [...hosts, ...(KNOWN_HOSTS[from.host] ?? [])].includes(next.host)) return
  throw new RemoteFault(
    'host-refused',
    `${from.host} sends to ${next.host}, which the operator has not allowed`,
    `The operator allows it with \`hosts: [${next.host}]\` in the entry of this server.`,
  )
}

function isHostOf(first: string, host: string): boolean {
  return host === first || host.endsWith(`.${first}`)
}

/** Where the best-known ones keep what they serve. */
const KNOWN_HOSTS: Readonly<Record<string, readonly string[]>> = {
  'github.com': ['objects.githubusercontent.com', 'release-assets.githubusercontent.com', 'raw.githubusercontent.com'],
  'ghcr.io': ['pkg-containers.githubusercontent.com'],
  'registry-1.docker.io': ['auth.docker.io', 'production.cloudflare.docker.com'],
}

async function ask(call: HttpCall, url: URL): Promise<HttpAnswer> {
  const home = url.host === call.url.host && url.protocol === call.url.protocol
  const headers = {
    'accept-encoding': 'identity',
    'user-agent': 'lockstep',
    accept: call.accept ?? '*/*',
    ...(home && call.authorization && { authorization: call.authorization }),
    ...(home && call.etag && { 'if-none-match': call.etag }),
  }
  try {
    const options = {
      method: call.method ?? 'GET',
      headers,
      signal: call.signal,
      ...(call.dispatcher && { dispatcher: call.dispatcher }),
    }
    // Loaded with the first call: a worker that makes none has no need of its memory.
    const { request } = await import('undici')
    const answer = await request(url, options)
    const body = await collect(answer.body, call.maxBytes, url)
    return { status: answer.statusCode, headers: singleValues(answer.headers), body, url }
  } catch (error) {
    const { signal } = call
    if (error instanceof RemoteFault) throw error
    if (signal.aborted && signal.reason?.name !== 'TimeoutError') throw signal.reason
    throw unreachable(url, error as Error)
  }
}

async function collect(body: AsyncIterable<Buffer>, maxBytes: number, url: URL): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) {
      const limit = `${Math.round(maxBytes / 1024 ** 2)} MiB`
      throw new RemoteFault('too-large', `${url.host} sends more than ${limit}`, 'Have its owner make it smaller.')
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function singleValues(headers: Readonly<Record<string, string | string[] | undefined>>) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()[0]]))
}

/** Timeouts of the signal end up here as well. */
function unreachable(url: URL, error: Error & { code?: string }): RemoteFault {
  const words = error.name === 'TimeoutError' ? 'it took too long' : (error.code ?? error.message) || error.name
  return new RemoteFault(
    'unreachable',
    `${url.host} does not answer (${words})`,
    'Try again; check the address and the network.',
  )
}
