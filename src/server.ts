import { createHttpServer } from './adapters/http/http-server.ts'
import { createWebhookMiddleware } from './adapters/http/webhook-middleware.ts'
import type { Services } from './assemble/services.ts'
import { registerHandlers } from './handlers/handlers.ts'

export interface Server {
  readonly url: string
  stop(): Promise<void>
}

/** Takes webhooks and stores jobs; answers health and metrics. */
export async function startServer(services: Services): Promise<Server> {
  const { config, queue, metrics, log } = services
  const secret = config.secrets.webhookSecret.reveal()
  const middleware = await createWebhookMiddleware({
    appId: config.secrets.appId,
    privateKey: config.secrets.privateKey.reveal(),
    webhookSecret: secret,
    baseUrl: config.github.apiUrl,
    register: registerHandlers,
    queue,
    log,
  })
  const server = createHttpServer({
    webhooks: { secret, middleware: async (request, response) => Boolean(await middleware(request, response)) },
    ready: () => queue.ready(),
    metrics,
    log,
  })
  const url = await server.listen(config.server)
  return { url, stop: () => server.close() }
}
