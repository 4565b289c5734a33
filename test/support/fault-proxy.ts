import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline, Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse, stringify } from 'yaml'

/**
 * `answer`: in the server's place · `reset`: before the server sees it · `reset-after`: once the server has done it · `cut`: in the middle of
 * the server's answer · `hang`: never answered · `slowMs`: the answer comes in eight pieces with this pause before each.
 */
export type Fault =
  | { readonly answer: { status: number; headers?: Record<string, string>; body: string } }
  | { readonly slowMs: number }
  | 'reset'
  | 'reset-after'
  | 'cut'
  | 'hang'

export interface FaultProxy {
  /** A kubeconfig that leads through the proxy, with the logins of the one given. */
  readonly kubeconfig: string
  /** `METHOD path?query` of every request so far. */
  readonly seen: readonly string[]
  /** How many requests got a fault so far. */
  readonly struck: number
  /** After `skip` of them, the next `times` requests that match (method and path with query as one text) get this fault. */
  inject(matching: RegExp, fault: Fault, times?: number, skip?: number): void
  /** Drops what was injected and not used. */
  heal(): void
  /** Cuts every watch in the middle. */
  breakStreams(): void
  /** Ends every watch as a server does that has said all. */
  endStreams(): void
  /** Watches stay open, and nothing comes any more. */
  silenceStreams(): void
  /** Watches opened from now on are told no bookmarks. */
  withholdBookmarks(): void
  openStreams(): number
  close(): Promise<void>
}

/** An HTTP proxy in front of a real API server. Speaks plain HTTP to the client so that faults can be put anywhere. */
export async function startFaultProxy(kubeconfig: string): Promise<FaultProxy> {
  const config = parse(await readFile(kubeconfig, 'utf8'))
  const target = new URL(config.clusters[0].cluster.server)
  const seen: string[] = []
  const faults: { matching: RegExp; fault: Fault; times: number; skip: number }[] = []
  const open = new Map<ServerResponse, IncomingMessage>()
  let struck = 0
  let bookmarks = true
  const nextFault = (text: string): Fault | undefined => {
    const planned = faults.find(({ matching, times }) => times > 0 && matching.test(text))
    if (!planned || planned.skip-- > 0) return undefined
    planned.times--
    struck++
    return planned.fault
  }

  const server = createServer((incoming, outgoing) => {
    const text = `${incoming.method} ${incoming.url}`
    seen.push(text)
    const fault = nextFault(text)
    if (fault === 'reset') return void incoming.socket.destroy()
    if (fault === 'hang') return
    if (typeof fault === 'object' && 'answer' in fault) return void answer(outgoing, fault.answer)
    const send = target.protocol === 'https:' ? secureRequest : request
    const onward = send(target, {
      path: incoming.url,
      method: incoming.method,
      headers: { ...incoming.headers, host: target.host },
      rejectUnauthorized: false,
    })
    onward.on('error', () => outgoing.destroy())
    onward.on('response', (reply) => {
      if (fault === 'reset-after') return void reply.resume().on('end', () => incoming.socket.destroy())
      if (fault === 'cut') return void cut(reply, outgoing)
      if (typeof fault === 'object' && 'slowMs' in fault) return void trickle(reply, outgoing, fault.slowMs)
      // Who asked is gone, and will not close once more: kept, it would count as an open stream for good.
      if (outgoing.destroyed) return void onward.destroy()
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
      outgoing.flushHeaders()
      const isWatch = text.includes('watch=true')
      if (isWatch) open.set(outgoing, reply)
      outgoing.on('close', () => {
        open.delete(outgoing)
        onward.destroy()
      })
      reply.on('error', () => outgoing.destroy())
      if (isWatch && !bookmarks) pipeline(reply, withoutBookmarks(), outgoing, () => {})
      else reply.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const directory = await mkdtemp(join(tmpdir(), 'lockstep-proxy-'))
  const file = join(directory, 'kubeconfig')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const cluster = { server: address, 'insecure-skip-tls-verify': true }
  await writeFile(file, stringify({ ...config, clusters: [{ ...config.clusters[0], cluster }] }))

  return {
    kubeconfig: file,
    seen,
    get struck() {
      return struck
    },
    inject: (matching, fault, times = 1, skip = 0) => void faults.push({ matching, fault, times, skip }),
    heal: () => void faults.splice(0),
    breakStreams: () => {
      for (const outgoing of open.keys()) outgoing.destroy()
    },
    endStreams: () => {
      for (const outgoing of open.keys()) outgoing.end()
    },
    silenceStreams: () => {
      for (const [outgoing, reply] of open) reply.unpipe(outgoing)
    },
    withholdBookmarks: () => {
      bookmarks = false
    },
    openStreams: () => open.size,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function answer(
  outgoing: ServerResponse,
  { status, headers, body }: { status: number; headers?: Record<string, string>; body: string },
) {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

/** The head and half of the body arrive; then the connection is gone. */
async function cut(reply: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = Buffer.concat(await reply.toArray())
  writeHead(reply, outgoing, body.length)
  outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy())
}

async function trickle(reply: IncomingMessage, outgoing: ServerResponse, pauseMs: number): Promise<void> {
  const body = Buffer.concat(await reply.toArray())
  writeHead(reply, outgoing, body.length)
  const size = Math.ceil(body.length / 8)
  for (let at = 0; at < body.length; at += size) {
    await sleep(pauseMs)
    outgoing.write(body.subarray(at, at + size))
  }
  outgoing.end()
}

function writeHead({ statusCode, headers }: IncomingMessage, outgoing: ServerResponse, length: number): void {
  const { 'transfer-encoding': _, ...rest } = headers
  outgoing.writeHead(statusCode ?? 502, { ...rest, 'content-length': length })
}

/** Passes a watch's lines on, except for its bookmarks. */
function withoutBookmarks(): Transform {
  let rest = ''
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = lines.pop() ?? ''
      const kept = lines.filter((line) => !line.startsWith('{"type":"BOOKMARK"'))
      done(null, Buffer.from(kept.map((line) => `${line}\n`).join(''), 'latin1'))
    },
  })
}
