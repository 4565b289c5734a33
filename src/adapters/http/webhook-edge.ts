import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { answerError, answerText } from './answer.ts'
import type { Metrics, WebhookResult } from './metrics.ts'
import { readBody } from './read-body.ts'
import { RecentDeliveries } from './recent-deliveries.ts'
import { isSigned } from './signature.ts'

/** GitHub sends nothing larger. */
export const BODY_LIMIT = 25 * 1024 * 1024

export interface WebhookEdgeOptions {
  readonly secret: string
  /** Probot's middleware: answers the request. */
  readonly middleware: (request: IncomingMessage, response: ServerResponse) => unknown
  readonly metrics: Metrics
  readonly log: Logger
}

/** Lets nothing through to Probot that GitHub did not sign, and logs one line without the payload for what it refuses. */
export function createWebhookEdge(options: WebhookEdgeOptions) {
  const handled = new RecentDeliveries()
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = headerRefusal(request)
    if (refusal) return refuse(options, request, response, refusal)
    const body = await readBody(request, BODY_LIMIT)
    if (body === 'too-large') return refuse(options, request, response, TOO_LARGE)
    if (!isSigned(options.secret, body, header(request, 'x-hub-signature-256'))) {
      return refuse(options, request, response, BAD_SIGNATURE)
    }
    await deliver(options, handled, request, response, body)
  }
}

async function deliver(
  { middleware, metrics }: WebhookEdgeOptions,
  handled: RecentDeliveries,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const event = header(request, 'x-github-event')
  const delivery = header(request, 'x-github-delivery')
  if (handled.has(delivery)) {
    metrics.webhook(event, 'duplicate')
    return answerText(response, 200, 'handled before\n')
  }
  // Probot takes a text that was read already from here.
  await middleware(Object.assign(request, { body: body.toString() }), response)
  const accepted = response.statusCode < 300
  if (accepted) handled.add(delivery)
  metrics.webhook(event, accepted ? 'accepted' : resultOf(response.statusCode))
}

interface Refusal {
  readonly status: number
  readonly message: string
  readonly result: WebhookResult
  readonly headers?: Record<string, string>
}

const TOO_LARGE: Refusal = {
  status: 413,
  message: `The body is larger than ${BODY_LIMIT / 1024 / 1024} MB, which is the most GitHub sends.`,
  result: 'too_large',
}

const BAD_SIGNATURE: Refusal = {
  status: 401,
  message: 'The signature does not match; the webhook secret here and in the GitHub App must be the same.',
  result: 'bad_signature',
}

const NEEDED = ['x-github-event', 'x-github-delivery', 'x-hub-signature-256']

function headerRefusal(request: IncomingMessage): Refusal | undefined {
  if (request.method !== 'POST') {
    return { status: 405, message: 'Webhooks are sent with POST.', result: 'malformed', headers: { allow: 'POST' } }
  }
  if (!/^application\/json\s*(;|$)/i.test(header(request, 'content-type'))) {
    return { status: 415, message: 'Set the content type of the webhook to application/json.', result: 'malformed' }
  }
  const missing = NEEDED.filter((name) => header(request, name) === '')
  if (missing.length === 0) return undefined
  return { status: 400, message: `These headers are missing: ${missing.join(', ')}.`, result: 'malformed' }
}

function refuse(
  { metrics, log }: WebhookEdgeOptions,
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
): void {
  // What is not proven to come from GitHub may name any event.
  metrics.webhook('unverified', refusal.result)
  log.warn({ status: refusal.status, delivery: header(request, 'x-github-delivery').slice(0, 64) }, refusal.message)
  answerError(response, refusal.status, refusal.message, refusal.headers)
  // The sender reads the answer only once its body is gone; the server's own timeout ends one that never ends.
  request.resume()
}

function resultOf(status: number): WebhookResult {
  if (status === 503) return 'not_stored'
  return status < 500 ? 'malformed' : 'failed'
}

function header(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '')
}
