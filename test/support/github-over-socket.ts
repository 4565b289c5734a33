import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGitHub } from '../../src/adapters/github/create-github.ts'
import { UNPACED } from '../../src/adapters/github/pacing.ts'
import { FakeClock } from './fake-clock.ts'
import type { AdapterCall, Route } from './github-calls.ts'
import { APP_ID, PRIVATE_KEY, REPOSITORY, tokenAnswer } from './github-names.ts'

/** How the first answer on a route is lost. */
export type Loss = 'reset' | 'silence' | 'half'

/** An Enterprise Server over real sockets that gives the call's good answers, after losing the first on its route. */
export async function gitHubOverSocket(call: AdapterCall, loss: Loss) {
  const asked: string[] = []
  let lost = false
  const server = createServer((request, response) => {
    request.resume()
    const path = decodeURI((request.url ?? '').split('?', 1)[0] ?? '').replace(/^\/api(\/v3)?/, '')
    asked.push(`${request.method} ${path}`)
    const isTarget = request.method === call.route[0] && path === decodeURI(call.route[1])
    if (isTarget && !lost) {
      lost = true
      lose(response, loss)
    } else {
      answer(response, call, request.method ?? '', path)
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
    asked,
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

function answer(response: ServerResponse, call: AdapterCall, method: string, path: string): void {
  const isRoute = ([[of, at]]: readonly [Route, ...unknown[]]) => of === method && decodeURI(at) === path
  const [, status, body] = path.endsWith('/access_tokens')
    ? [0, 201, tokenAnswer()]
    : (call.answers.find(isRoute) ?? [0, 404])
  response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? '' : JSON.stringify(body))
}
