import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { basename, dirname } from 'node:path'
import { gitEnvironment } from './run.ts'

export interface BackendRequest {
  /** The bare repository. */
  readonly directory: string
  /** What follows the repository in the path, e.g. `/info/refs`. */
  readonly service: string
  readonly query: string
  readonly login: string
  readonly env: Readonly<Record<string, string>>
  /** The request's body where it was already read. */
  readonly body?: Buffer
}

/** Lets `git http-backend` answer; its own failures become status 500. Settles when it has ended; the caller ends the response. */
export function serveGit(request: IncomingMessage, response: ServerResponse, options: BackendRequest): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const child = spawn('git', ['http-backend'], { env: gitEnvironment(cgiEnvironment(request, options)) })
  const head = new CgiHead(response)
  child.stdout.on('data', (chunk: Buffer) => head.take(chunk))
  child.stderr.resume()
  child.on('error', () => head.fail())
  child.on('close', () => {
    head.close()
    resolve()
  })
  response.on('close', () => child.kill())
  child.stdin.on('error', () => undefined)
  if (options.body) child.stdin.end(options.body)
  else request.pipe(child.stdin)
  return promise
}

function cgiEnvironment(request: IncomingMessage, options: BackendRequest): Record<string, string> {
  const { headers } = request
  const optional = (name: string, value: string | string[] | undefined): Record<string, string> =>
    typeof value === 'string' ? { [name]: value } : {}
  return {
    GIT_PROJECT_ROOT: dirname(options.directory),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${basename(options.directory)}${options.service}`,
    QUERY_STRING: options.query,
    REQUEST_METHOD: request.method ?? 'GET',
    REMOTE_USER: options.login,
    REMOTE_ADDR: '127.0.0.1',
    ...optional('CONTENT_TYPE', headers['content-type']),
    ...optional('HTTP_CONTENT_ENCODING', headers['content-encoding']),
    ...optional('GIT_PROTOCOL', headers['git-protocol']),
    ...(options.body
      ? { CONTENT_LENGTH: String(options.body.length) }
      : optional('CONTENT_LENGTH', headers['content-length'])),
    ...options.env,
  }
}

/** Turns the header block of a CGI answer into the HTTP head and passes the rest through. */
class CgiHead {
  readonly #response: ServerResponse
  #pending: Buffer | undefined = Buffer.alloc(0)

  constructor(response: ServerResponse) {
    this.#response = response
  }

  take(chunk: Buffer): void {
    if (this.#pending === undefined) {
      this.#response.write(chunk)
      return
    }
    this.#pending = Buffer.concat([this.#pending, chunk])
    const end = this.#pending.indexOf('\r\n\r\n')
    if (end < 0) return
    this.#writeHead(this.#pending.toString('latin1', 0, end))
    this.#response.write(this.#pending.subarray(end + 4))
    this.#pending = undefined
  }

  fail(): void {
    if (!this.#response.headersSent) this.#response.writeHead(500)
  }

  /** A process that ended without a head has failed. */
  close(): void {
    if (this.#pending !== undefined) this.fail()
  }

  #writeHead(text: string): void {
    let status = 200
    for (const line of text.split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/s)
      if (name === 'Status') status = Number.parseInt(value, 10)
      else this.#response.setHeader(name, value)
    }
    this.#response.writeHead(status)
  }
}
