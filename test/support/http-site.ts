import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A local HTTP server that remembers what it was asked, and can be told to go wrong. */
export interface HttpSite {
  /** e.g. `127.0.0.1:39241`. */
  readonly host: string
  readonly url: string
  /** Every request so far. */
  readonly seen: { readonly line: string; readonly authorization: string | undefined }[]
  /** Every request is shown to it first; it answers whether it took it. */
  fault: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** From now on nobody answers at this address. */
  stop(): Promise<void>
}

export interface SiteOptions {
  /** PEM; with it the site speaks https. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

export async function startSite(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  { tls }: SiteOptions = {},
): Promise<HttpSite> {
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    site.seen.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization })
    if (!site.fault?.(request, response)) handle(request, response)
  }
  const server: Server = tls ? createSecureServer(tls, listener) : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const site: HttpSite = {
    host,
    url: `${tls ? 'https' : 'http'}://${host}`,
    seen: [],
    fault: undefined,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return site
}
