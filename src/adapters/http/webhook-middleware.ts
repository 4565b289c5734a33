import type { Logger } from 'pino'
import { pino } from 'pino'
import { createNodeMiddleware, Probot } from 'probot'
import type { JobQueue } from '../../model/job-queue.ts'

export const WEBHOOK_PATH = '/api/github/webhooks'

export interface WebhookMiddlewareOptions {
  readonly appId: number
  readonly privateKey: string
  readonly webhookSecret: string
  /** REST root, e.g. `https://HOST/api/v3`; default github.com's. */
  readonly baseUrl?: string
  readonly register: (app: Probot, queue: Pick<JobQueue, 'add'>, log: Logger) => void
  readonly queue: Pick<JobQueue, 'add'>
  readonly log: Logger
}

/** Probot's middleware with our handlers. Its own log stays silent: it would print whole payloads, and handlers log already. */
export async function createWebhookMiddleware(options: WebhookMiddlewareOptions) {
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    ...(options.baseUrl && { baseUrl: options.baseUrl }),
    log: pino({ level: 'silent' }),
  })
  await probot.ready()
  return createNodeMiddleware((app) => options.register(app, options.queue, options.log), {
    probot,
    webhooksPath: WEBHOOK_PATH,
  })
}
