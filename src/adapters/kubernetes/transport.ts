import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import type { Credentials } from './credentials.ts'

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** Longest silence within the body; 0: none is too long. */
  readonly idleMs: number
}

const CONNECT_MS = 5_000
const KEEP_ALIVE_MS = 30_000
const LOGIN_FRESH_MS = 5_000

/** One cluster's connections: one agent, kept open, with the login put on every request. */
export class Transport {
  #credentials: Credentials
  readonly #reload: () => Promise<Credentials>
  #agent: Dispatcher
  #login: { readonly headers: Promise<Readonly<Record<string, string>>>; readonly until: number } | undefined
  #renewing: Promise<void> | undefined

  constructor(credentials: Credentials, reload: () => Promise<Credentials>) {
    this.#credentials = credentials
    this.#reload = reload
    this.#agent = createAgent(credentials)
  }

  get credentials(): Credentials {
    return this.#credentials
  }

  /** The answer, whatever its status. Throws what undici throws. */
  async send(request: WireRequest): Promise<Dispatcher.ResponseData> {
    const { origin, pathname } = new URL(this.#credentials.server)
    return this.#agent.request({
      origin,
      path: pathname.replace(/\/$/, '') + request.path,
      method: request.method,
      headers: { 'user-agent': 'lockstep', ...request.headers, ...(await this.#headers()) },
      ...(request.body !== undefined && { body: request.body }),
      signal: request.signal,
      bodyTimeout: request.idleMs,
    })
  }

  /** Reads the login again; those who ask meanwhile share it. */
  async renewLogin(): Promise<void> {
    this.#renewing ??= this.#readLogin().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
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
    if (same) return
    const old = this.#agent
    this.#agent = createAgent(credentials)
    void old.close()
  }
}

function createAgent({ tls, proxy }: Credentials): Dispatcher {
  const settings = { allowH2: false, keepAliveTimeout: KEEP_ALIVE_MS }
  if (proxy) return new ProxyAgent({ ...settings, uri: proxy, requestTls: tls, connect: { timeout: CONNECT_MS } })
  return new Agent({
    ...settings,
    connect: { ...tls, timeout: CONNECT_MS, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
  })
}

function connectionText({ server, proxy, tls }: Credentials): string {
  return [server, proxy, ...Object.entries(tls).flat()].map(String).join('\n')
}
