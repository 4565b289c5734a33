import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGitHub } from '../../src/adapters/github/create-github.ts'
import { UNPACED } from '../../src/adapters/github/pacing.ts'
import { FakeClock } from './fake-clock.ts'
import type { AdapterCall, Route } from './github-calls.ts'
import { APP_ID, PRIVATE_KEY, REPOSITORY, tokenAnswer } from './github-names.ts'

/** How the first answer on a route is lost. */
export type Loss = 'reset' | 'silence' | 'half'

export interface SentRequest {
  readonly method: string
  /** Below the API's root, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Undefined when none was sent. */
  readonly body: unknown
}

/** An Enterprise Server over real sockets that gives the call's good answers, after losing the first on its route. */
export async function gitHubOverSocket(call: AdapterCall, loss?: Loss) {
  const requests: SentRequest[] = []
  let lost = false
  const server = createServer(async (request, response) => {
    const sent = await readRequest(request)
    requests.push(sent)
    const isTarget = sent.method === call.route[0] && sent.path === decodeURI(call.route[1])
    if (loss && isTarget && !lost) {
      lost = true
      lose(response, loss)
    } else {
      answer(response, call, sent)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const clock = new FakeClock()
  const github = createGitHub({
    appId: APP_ID,
    privateKey: PRIVATE_KEY,
    pacing: UNPACED,
    clock,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`,
    timeoutMs: loss === 'silence' ? 1000 : 10_000,
  })
  const close = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  return {
    github,
    repository: github.repository(REPOSITORY),
    requests,
    [Symbol.asyncDispose]: async () => void (await close()),
  }
}

function lose(response: ServerResponse, loss: Loss): void {
  if (loss === 'silence') return
  if (loss === 'half') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"half":')
  }
  setImmediate(() => response.destroy())
}

async function readRequest(request: IncomingMessage): Promise<SentRequest> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const text = (await request.toArray()).join('')
  return {
    method: request.method ?? '',
    path: decodeURI(url.pathname).replace(/^\/api(\/v3)?/, ''),
    query: url.searchParams,
    body: text === '' ? undefined : JSON.parse(text),
  }
}

function answer(response: ServerResponse, call: AdapterCall, { method, path }: SentRequest): void {
  const isRoute = ([[of, at]]: readonly [Route, ...unknown[]]) => of === method && decodeURI(at) === path
  const known = call.answers.find(isRoute) ?? [undefined, 404]
  const [, status, body] = path.endsWith('/access_tokens') ? [undefined, 201, tokenAnswer()] : known
  response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? '' : JSON.stringify(body))
}
