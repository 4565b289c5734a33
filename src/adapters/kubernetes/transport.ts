import { type ConnectionOptions, createSecureContext } from 'node:tls'
import type { Dispatcher } from 'undici'
import { Circuit } from './circuit.ts'
import type { Credentials } from './credentials.ts'
import { Agent, ProxyAgent, requestOver } from './http-client.ts'
import { isUnanswered, NotAsked } from './network-failure.ts'

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** Longest silence within the body; 0: none is too long. */
  readonly idleMs: number
  /** The answer goes on and on: it must not take a connection from those that end. */
  readonly stream?: boolean
}

const CONNECT_MS = 5_000
const KEEP_ALIVE_MS = 30_000
const LOGIN_FRESH_MS = 5_000
/** Sockets for requests that end; beyond them requests wait for one. Each watch has its own besides. */
const CONNECTIONS = 32

/** One cluster's connections, kept open, with the login put on every request. */
export class Transport {
  #credentials: Credentials
  readonly #reload: () => Promise<Credentials>
  #agents: Agents
  readonly #circuit = new Circuit()
  #login: { readonly headers: Promise<Readonly<Record<string, string>>>; readonly until: number } | undefined
  #renewing: Promise<void> | undefined
  #renewals = 0

  constructor(credentials: Credentials, reload: () => Promise<Credentials>) {
    this.#credentials = credentials
    this.#reload = reload
    this.#agents = createAgents(credentials)
  }

  get credentials(): Credentials {
    return this.#credentials
  }

  /** The answer, whatever its status. Throws what undici throws, and NotAsked at once while the server does not answer anybody. */
  async send(request: WireRequest): Promise<Dispatcher.ResponseData> {
    const startedAt = performance.now()
    const admission = this.#circuit.admit(startedAt)
    if (admission === 'fail') throw new NotAsked()
    try {
      const answer = await this.#request(request)
      this.#circuit.answered(admission)
      return answer
    } catch (error) {
      if (isUnanswered(error)) this.#circuit.failed(admission, startedAt, performance.now())
      else this.#circuit.abandoned(admission)
      throw error
    }
  }

  /** How often the login was read again. */
  get renewals(): number {
    return this.#renewals
  }

  /** Reads the login again, unless that was done since `renewals` said this; those who ask meanwhile share it. */
  async renewLogin(renewals: number): Promise<void> {
    if (renewals !== this.#renewals) return
    this.#renewing ??= this.#readLogin().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async close(): Promise<void> {
    await Promise.all([this.#agents.requests.destroy(), this.#agents.streams.destroy()])
  }

  async #request(request: WireRequest): Promise<Dispatcher.ResponseData> {
    const login = await this.#headers()
    const { origin, prefix } = this.#agents
    return requestOver(this.#agents[request.stream ? 'streams' : 'requests'], {
      origin,
      path: prefix + request.path,
      method: request.method,
      headers: { 'user-agent': 'lockstep', ...login, ...request.headers },
      ...(request.body !== undefined && { body: request.body }),
      signal: request.signal,
      bodyTimeout: request.idleMs,
    })
  }

  #headers(): Promise<Readonly<Record<string, string>>> {
    if (!this.#login || this.#login.until < Date.now()) {
      this.#login = { headers: this.#credentials.headers(), until: Date.now() + LOGIN_FRESH_MS }
    }
    return this.#login.headers
  }

  async #readLogin(): Promise<void> {
    const credentials = await this.#reload()
    const same = connectionText(credentials) === connectionText(this.#credentials)
    this.#credentials = credentials
    this.#login = undefined
    this.#renewals++
    if (same) return
    const old = this.#agents
    this.#agents = createAgents(credentials)
    void old.requests.close()
    void old.streams.close()
  }
}

interface Agents {
  readonly origin: string
  /** What stands before every path. */
  readonly prefix: string
  readonly requests: Dispatcher
  readonly streams: Dispatcher
}

function createAgents(credentials: Credentials): Agents {
  const { origin, pathname } = new URL(credentials.server)
  return {
    origin,
    prefix: pathname.replace(/\/$/, ''),
    requests: createAgent(credentials, { connections: CONNECTIONS }),
    streams: createAgent(credentials, {}),
  }
}

function createAgent({ tls, proxy }: Credentials, bounds: { readonly connections?: number }): Dispatcher {
  const settings = { ...bounds, allowH2: false, keepAliveTimeout: KEEP_ALIVE_MS }
  if (proxy) return new ProxyAgent({ ...settings, uri: proxy, requestTls: tls, connect: { timeout: CONNECT_MS } })
  return new Agent({
    ...settings,
    connect: { ...prepared(tls), timeout: CONNECT_MS, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
  })
}

/** Certificates are read once, and not again for every connection. */
function prepared({ ca, cert, key, ...rest }: Credentials['tls']): ConnectionOptions {
  return { ...rest, secureContext: createSecureContext({ ca, cert, key }) }
}

function connectionText({ server, proxy, tls }: Credentials): string {
  return [server, proxy, ...Object.entries(tls).flat()].map(String).join('\n')
}
