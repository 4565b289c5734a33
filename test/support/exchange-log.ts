import { type Body, type Reply, RestClient } from './local-github.ts'
import type { Exchange } from './openapi.ts'

/** Writes down what goes over the wire between clients and one REST address. */
export class ExchangeLog {
  readonly exchanges: Exchange[] = []
  readonly #base: string

  constructor(base: string) {
    this.#base = base
  }

  /** For a client that takes its own `fetch`. GraphQL is not written down. */
  fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const sent = await request.clone().text()
    const response = await globalThis.fetch(request)
    if (request.url.startsWith(`${this.#base}/`)) {
      this.#add(request.method, request.url, sent, response.status, await response.clone().text())
    }
    return response
  }

  /** The same client, written down. */
  of(client: RestClient): RestClient {
    const recording = new RestClient(this.#base, client.authorization)
    recording.send = async (method, path, body, headers) => {
      const reply: Reply = await client.send(method, path, body, headers)
      const [sent, got] = [body, reply.body].map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
      this.#add(method, path.startsWith('http') ? path : `${this.#base}${path}`, sent ?? '', reply.status, got ?? '')
      return reply
    }
    return recording
  }

  /** The address is kept as it was sent, with `%2F`. */
  #add(method: string, url: string, sent: string, status: number, got: string): void {
    const { pathname, searchParams } = new URL(url)
    const path = pathname.slice(new URL(this.#base).pathname.length)
    this.exchanges.push({ method, path, query: searchParams, request: parsed(sent), status, answer: parsed(got) })
  }
}

function parsed(text: string): Body | undefined {
  return text === '' ? undefined : JSON.parse(text)
}
