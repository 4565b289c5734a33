import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { LockstepError } from '../../model/errors.ts'
import { answerError, answerText } from './answer.ts'
import type { Metrics } from './metrics.ts'
import { createWebhookEdge, type WebhookEdgeOptions } from './webhook-edge.ts'
import { WEBHOOK_PATH } from './webhook-middleware.ts'

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

export interface HttpServerOptions {
  /** Absent in a process that only works jobs. */
  readonly webhooks?: Pick<WebhookEdgeOptions, 'secret' | 'middleware'>
  /** Whether jobs can be stored now. */
  readonly ready: () => Promise<boolean>
  readonly metrics: Metrics
  readonly log: Logger
  /** Answers everything else, and has to answer 404 itself. */
  readonly pages?: RequestHandler
}

export interface HttpServer {
  /** `port` 0 takes a free one. Answers where it listens, e.g. `http://127.0.0.1:3000`. */
  listen(address: { host: string; port: number }): Promise<string>
  /** Takes no new requests and waits for running ones; connections still open after `graceMs` are cut. */
  close(graceMs?: number): Promise<void>
}

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { log } = options
  const routes = routesOf(options)
  const server = createServer((request, response) => {
    const handle = routes.get(pathOf(request)) ?? options.pages ?? notFound
    Promise.resolve(handle(request, response)).catch((error: unknown) => {
      log.error({ err: error, path: pathOf(request) }, 'a request failed')
      if (response.headersSent) response.destroy()
      else answerError(response, 500, 'This is a defect of Lockstep; its log says more.')
    })
  })
  // GitHub gives up after ten seconds; nobody may hold a connection with a slow body.
  server.requestTimeout = 30_000
  server.headersTimeout = 10_000
  return { listen: (address) => listen(server, address), close: (graceMs = 5000) => close(server, graceMs) }
}

function routesOf({ webhooks, ready, metrics, log }: HttpServerOptions): ReadonlyMap<string, RequestHandler> {
  const routes = new Map<string, RequestHandler>([
    ['/healthz', (_, response) => answerText(response, 200, 'ok\n')],
    [
      '/readyz',
      async (_, response) => {
        const isReady = await ready().catch(() => false)
        answerText(response, isReady ? 200 : 503, isReady ? 'ready\n' : 'jobs cannot be stored\n')
      },
    ],
    ['/metrics', async (_, response) => answerText(response, 200, await metrics.text(), metrics.contentType)],
  ])
  if (webhooks) routes.set(WEBHOOK_PATH, createWebhookEdge({ ...webhooks, metrics, log }))
  return routes
}

const notFound: RequestHandler = (request, response) => {
  answerError(response, 404, 'There is no such page.')
  request.resume()
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/'
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)))
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  const problem = {
    code: 'HTTP_ADDRESS_IN_USE',
    message: `Another process listens on ${host}:${port}.`,
    remedy: 'Choose another port, or 0 for any that is free.',
  }
  return new LockstepError(problem, { kind: 'unreachable', cause: error })
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(cut)
}
