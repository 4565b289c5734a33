import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { serveGit } from '../../sandbox/github/git/http-backend.ts'
import { createRepository, type TestRepository, temporaryDirectory } from './git-repository.ts'

/** Takes a request in the server's place; answers whether it did. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean

/** git over http on loopback, as any Git host serves it. */
export interface GitServer {
  /** e.g. `127.0.0.1:39241`. */
  readonly host: string
  /** A repository with a work tree, served at `http://HOST/<name>`. */
  create(name: string): TestRepository
  /** `METHOD path?query` of every request so far. */
  readonly seen: string[]
  /** Every request is shown to it first, until it is taken away again. */
  fault: Fault | undefined
  stop(): Promise<void>
}

export async function startGitServer(): Promise<GitServer> {
  const scratch = temporaryDirectory()
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    if (started.fault?.(request, response)) return
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const [, name = '', service = ''] = /^\/(.*?)(?:\.git)?(\/(?:info\/refs|git-upload-pack))$/.exec(path) ?? []
    if (name === '') {
      response.writeHead(404).end()
      return
    }
    const options = { directory: join(scratch.path, name, '.git'), service, query, login: '', env: {} }
    serveGit(request, response, options).then(() => response.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const started: GitServer = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    create(name) {
      const path = join(scratch.path, name)
      mkdirSync(path, { recursive: true })
      return createRepository(path)
    },
    seen,
    fault: undefined,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      scratch.remove()
    },
  }
  return started
}
