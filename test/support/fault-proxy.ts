import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'

/** `answer`: in the server's place · `reset`: before the server sees it · `reset-after`: once the server has done it · `hang`: never answered. */
export type Fault =
  | { readonly answer: { status: number; headers?: Record<string, string>; body: string } }
  | 'reset'
  | 'reset-after'
  | 'hang'

export interface FaultProxy {
  /** A kubeconfig that leads through the proxy, with the logins of the one given. */
  readonly kubeconfig: string
  /** `METHOD path?query` of every request so far. */
  readonly seen: readonly string[]
  /** The next `times` requests that match (method and path with query as one text) get this fault. */
  inject(matching: RegExp, fault: Fault, times?: number): void
  /** Drops what was injected and not used. */
  heal(): void
  /** Cuts every watch in the middle. */
  breakStreams(): void
  /** Ends every watch as a server does that has said all. */
  endStreams(): void
  /** Watches stay open, and nothing comes any more. */
  silenceStreams(): void
  openStreams(): number
  close(): Promise<void>
}

/** An HTTP proxy in front of a real API server. Speaks plain HTTP to the client so that faults can be put anywhere. */
export async function startFaultProxy(kubeconfig: string): Promise<FaultProxy> {
  const config = parse(await readFile(kubeconfig, 'utf8'))
  const target = new URL(config.clusters[0].cluster.server)
  const seen: string[] = []
  const faults: { matching: RegExp; fault: Fault; times: number }[] = []
  const open = new Map<ServerResponse, IncomingMessage>()

  const server = createServer((incoming, outgoing) => {
    const text = `${incoming.method} ${incoming.url}`
    seen.push(text)
    const planned = faults.find(({ matching, times }) => times > 0 && matching.test(text))
    if (planned) planned.times--
    const fault = planned?.fault
    if (fault === 'reset') return void incoming.socket.destroy()
    if (fault === 'hang') return
    if (typeof fault === 'object') return void answer(outgoing, fault.answer)
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
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
      outgoing.flushHeaders()
      if (text.includes('watch=true')) open.set(outgoing, reply)
      outgoing.on('close', () => {
        open.delete(outgoing)
        onward.destroy()
      })
      reply.on('error', () => outgoing.destroy())
      reply.pipe(outgoing)
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
    inject: (matching, fault, times = 1) => void faults.push({ matching, fault, times }),
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
