import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { createHttpServer, type HttpServer } from '../../../src/adapters/http/http-server.ts'
import { createMetrics } from '../../../src/adapters/http/metrics.ts'
import { signatureOf } from '../../../src/adapters/http/signature.ts'
import { createWebhookMiddleware } from '../../../src/adapters/http/webhook-middleware.ts'
import { registerHandlers } from '../../../src/handlers/handlers.ts'
import type { Job } from '../../../src/model/job.ts'
import { PRIVATE_KEY } from '../../support/github-names.ts'
import { recordedEvent } from '../../support/recorded-event.ts'

const SECRET = 'a secret of more than 16 characters'
const MB = 1024 * 1024

let running: HttpServer | undefined

afterEach(async () => {
  await running?.close(0)
  running = undefined
})

/** The server as the service runs it, with Probot and our handlers, over a real socket. */
async function serve(options: { add?: (job: Job) => Promise<void>; ready?: () => Promise<boolean> } = {}) {
  const jobs: Job[] = []
  const lines: string[] = []
  const queue = { add: options.add ?? (async (job: Job) => void jobs.push(job)) }
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const shared = { appId: 42, privateKey: PRIVATE_KEY, webhookSecret: SECRET, queue, log }
  const middleware = await createWebhookMiddleware({ ...shared, register: registerHandlers })
  running = createHttpServer({
    webhooks: { secret: SECRET, middleware },
    ready: options.ready ?? (async () => true),
    metrics: createMetrics(),
    log,
    pages: (request, response) => void response.end(`page ${request.url}`),
  })
  const url = await running.listen({ host: '127.0.0.1', port: 0 })
  const send = (body: string, headers: Record<string, string | undefined> = {}) => post(url, body, headers)
  return { url, jobs, lines, send, metrics: async () => (await fetch(`${url}/metrics`)).text() }
}

/** A header given as undefined is left out. */
function post(url: string, body: string, headers: Record<string, string | undefined>) {
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': 'delivery-1',
    'x-hub-signature-256': signatureOf(SECRET, Buffer.from(body)),
    ...headers,
  }
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return fetch(`${url}/api/github/webhooks`, { method: 'POST', body, headers: Object.fromEntries(given) })
}

const PUSH = JSON.stringify(recordedEvent('push.default-branch').payload)

describe('a webhook', () => {
  test('is answered once its jobs are stored', async () => {
    const { send, jobs, metrics } = await serve()
    expect((await send(PUSH)).status).toBe(200)
    expect(jobs.map(({ kind }) => kind)).toEqual(['dispatch', 'promotions', 'warm'])
    expect(await metrics()).toContain('lockstep_webhooks_total{event="push",result="accepted"} 1')
  })

  test('of an event nobody handles is accepted and means nothing', async () => {
    const { send, jobs } = await serve()
    expect((await send('{"action":"created"}', { 'x-github-event': 'star' })).status).toBe(200)
    expect(jobs).toEqual([])
  })

  test('is handled once, however often it is sent', async () => {
    const { send, jobs, metrics } = await serve()
    await send(PUSH)
    expect((await send(PUSH)).status).toBe(200)
    expect((await send(PUSH, { 'x-github-delivery': 'delivery-2' })).status).toBe(200)
    expect(jobs).toHaveLength(6)
    expect(await metrics()).toContain('lockstep_webhooks_total{event="push",result="duplicate"} 1')
  })

  test('that could not be stored answers 503, and works when GitHub repeats it under the same id', async () => {
    const jobs: Job[] = []
    let down = true
    const add = async (job: Job) => {
      if (down) throw new Error('Redis is down')
      jobs.push(job)
    }
    const { send, metrics } = await serve({ add })
    const refused = await send(PUSH)
    expect(refused.status).toBe(503)
    expect(await refused.json()).toEqual({ error: expect.stringContaining('deliver this webhook again') })
    down = false
    expect((await send(PUSH)).status).toBe(200)
    expect(jobs).toHaveLength(3)
    expect(await metrics()).toContain('lockstep_webhooks_total{event="push",result="not_stored"} 1')
  })

  test.each([
    [
      'a signature with another secret',
      { 'x-hub-signature-256': signatureOf('another secret, long enough', Buffer.from(PUSH)) },
    ],
    ['a signature of another body', { 'x-hub-signature-256': signatureOf(SECRET, Buffer.from('{}')) }],
    ['a signature that is none', { 'x-hub-signature-256': 'sha256=x' }],
  ])('with %s is refused with one line and without its payload in the log', async (_, headers) => {
    const { send, jobs, lines } = await serve()
    const answer = await send(PUSH, headers)
    expect(answer.status).toBe(401)
    expect(await answer.json()).toEqual({ error: expect.stringContaining('signature does not match') })
    expect(jobs).toEqual([])
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('Hello-World')
  })

  test.each([
    ['without a signature', { 'x-hub-signature-256': undefined }, 400, 'x-hub-signature-256'],
    ['without an event', { 'x-github-event': undefined }, 400, 'x-github-event'],
    ['without an id', { 'x-github-delivery': undefined }, 400, 'x-github-delivery'],
    ['sent as a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'application/json'],
    ['of a type that only begins like JSON', { 'content-type': 'application/json-seq' }, 415, 'application/json'],
  ])('%s is refused by what is wrong', async (_, headers, status, word) => {
    const { send, jobs } = await serve()
    const answer = await send(PUSH, headers)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({ error: expect.stringContaining(word) })
    expect(jobs).toEqual([])
  })

  test('that is signed but no JSON is refused', async () => {
    const { send } = await serve()
    expect((await send('{"half":')).status).toBe(400)
  })

  test('of 30 MB is refused by the size it claims', async () => {
    const { send, jobs, lines } = await serve()
    const answer = await send(JSON.stringify({ filler: 'x'.repeat(30 * MB) }))
    expect(answer.status).toBe(413)
    expect(await answer.json()).toEqual({ error: 'The body is larger than 25 MB, which is the most GitHub sends.' })
    expect(jobs).toEqual([])
    expect(lines).toHaveLength(1)
  })

  test('that claims 30 MB is refused before they arrive', async () => {
    const { url } = await serve()
    const socket = begin(url, `content-length: ${30 * MB}`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(String(answer)).toMatch(/^HTTP\/1.1 413 /)
  })

  test('of 30 MB is refused by what arrives when it claims no size', async () => {
    const { url, jobs } = await serve()
    const answer = await sendChunked(url, 30)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer.match(/larger than 25 MB/g)).toHaveLength(1)
    expect(jobs).toEqual([])
  })

  test('is sent with POST', async () => {
    const { url } = await serve()
    const answer = await fetch(`${url}/api/github/webhooks`)
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST')
  })
})

/** Begins a webhook on a bare socket, with a header that tells its length. */
function begin(url: string, length: string): Socket {
  const { hostname, port } = new URL(url)
  const headers = [
    'POST /api/github/webhooks HTTP/1.1',
    'host: lockstep',
    length,
    'content-type: application/json',
    'x-github-event: push',
    'x-github-delivery: 1',
    'x-hub-signature-256: x',
  ]
  const socket = connect(Number(port), hostname)
  socket.write(`${headers.join('\r\n')}\r\n\r\n`)
  return socket
}

/** Sends that many chunks of one MB without a content length, and answers what the server said. */
async function sendChunked(url: string, chunks: number): Promise<string> {
  const socket = begin(url, 'transfer-encoding: chunked')
  const chunk = `${MB.toString(16)}\r\n${'x'.repeat(MB)}\r\n`
  for (let sent = 0; sent < chunks; sent++) socket.write(chunk)
  socket.end('0\r\n\r\n')
  let answer = ''
  for await (const part of socket) answer += String(part)
  return answer
}

describe('the rest of the server', () => {
  test('is healthy while it runs, and ready while jobs can be stored', async () => {
    let ready = true
    const { url } = await serve({ ready: async () => ready })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    ready = false
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  test('is not ready when nobody knows', async () => {
    const { url } = await serve({ ready: () => Promise.reject(new Error('Redis is down')) })
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
  })

  test('gives every other page to the pages', async () => {
    const { url } = await serve()
    expect(await (await fetch(`${url}/acme/shop?x=1`)).text()).toBe('page /acme/shop?x=1')
  })

  test('has no pages, and no webhooks, in a process that only works', async () => {
    running = createHttpServer({ ready: async () => true, metrics: createMetrics(), log: pino({ level: 'silent' }) })
    const url = await running.listen({ host: '127.0.0.1', port: 0 })
    expect((await post(url, PUSH, {})).status).toBe(404)
  })

  test('a page that fails is a 500 and does not stop the server', async () => {
    const log = pino({ level: 'silent' })
    const pages = () => Promise.reject(new Error('defect'))
    running = createHttpServer({ ready: async () => true, metrics: createMetrics(), log, pages })
    const url = await running.listen({ host: '127.0.0.1', port: 0 })
    expect((await fetch(url)).status).toBe(500)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  test('says which address is taken', async () => {
    const { url } = await serve()
    const second = createHttpServer({
      ready: async () => true,
      metrics: createMetrics(),
      log: pino({ level: 'silent' }),
    })
    const taken = second.listen({ host: '127.0.0.1', port: Number(new URL(url).port) })
    await expect(taken).rejects.toMatchObject({ code: 'HTTP_ADDRESS_IN_USE', kind: 'unreachable' })
  })

  test('waits for a running request when it closes', async () => {
    const entered = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const { send } = await serve({
      add: async () => {
        entered.resolve()
        await finish.promise
      },
    })
    const answer = send(PUSH)
    await entered.promise
    const closing = running?.close(60_000)
    finish.resolve()
    expect((await answer).status).toBe(200)
    await closing
  })
})
