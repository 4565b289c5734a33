import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { eventually } from './eventually.ts'

export interface Received {
  readonly event: string
  readonly headers: IncomingHttpHeaders
  readonly raw: string
  readonly payload: ReturnType<typeof JSON.parse>
}

/** An App's end of webhooks: keeps what arrives and answers as told. */
export interface WebhookReceiver {
  readonly url: string
  readonly received: Received[]
  /** Status of the next answers; `hang` leaves them unanswered. */
  answer: number | 'hang'
  /** The first webhook that fits, waited for. `event` may name the action too: `pull_request.opened`. */
  waitFor(event: string, fits?: (payload: Received['payload']) => boolean): Promise<Received>
  all(event: string): Received[]
  close(): Promise<void>
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const raw = await text(request)
    received.push({
      event: String(request.headers['x-github-event']),
      headers: request.headers,
      raw,
      payload: parsed(raw),
    })
    if (receiver.answer !== 'hang') response.writeHead(receiver.answer).end('thanks')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const named = (event: string) => (one: Received) =>
    event === one.event || event === `${one.event}.${one.payload.action}`
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    answer: 200,
    waitFor: (event, fits = () => true) =>
      eventually(
        () => received.find((one) => named(event)(one) && fits(one.payload)),
        () => `${event} among ${received.map((one) => `${one.event}.${one.payload.action}`).join(', ')}`,
      ),
    all: (event) => received.filter(named(event)),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}

function parsed(raw: string): Received['payload'] {
  return JSON.parse(raw.startsWith('payload=') ? decodeURIComponent(raw.slice('payload='.length)) : raw)
}
