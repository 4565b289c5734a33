import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { maySee } from '../http/access.ts'
import { authenticate } from '../http/authenticate.ts'
import { actorAccount, type Caller, callerCovers } from '../http/caller.ts'
import { Refusal } from '../http/refusal.ts'
import { roleOf } from '../repositories/roles.ts'
import { atLeast } from '../state/account.ts'
import { allows } from '../state/app.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { serveGit } from './http-backend.ts'
import { receivePush } from './receive-push.ts'

const GIT_PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/

/** True for the three addresses of git's smart HTTP protocol. */
export function isGitRequest(request: IncomingMessage): boolean {
  return GIT_PATH.test(addressOf(request).pathname)
}

/** Serves clone, fetch and push. The password, or the user name, is a personal or an installation token. */
export async function serveGitRequest(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = addressOf(request)
  const [, owner = '', name = '', service = ''] = GIT_PATH.exec(address.pathname) ?? []
  const pushes = service === '/git-receive-pack' || address.searchParams.get('service') === 'git-receive-pack'
  try {
    const caller = authenticate(world, request.headers.authorization)
    const repository = openRepository(world, caller, owner, name, pushes)
    const common = { directory: repository.git.directory, service, query: address.search.slice(1) }
    if (service !== '/git-receive-pack') {
      await serveGit(request, response, { ...common, login: loginOf(caller), env: {} })
      response.end()
      return
    }
    const body = await plainBody(request)
    delete request.headers['content-encoding']
    if (caller.kind !== 'user' && caller.kind !== 'installation') throw new Refusal(401, 'Requires authentication')
    await receivePush(world, repository, caller, body, (env) =>
      serveGit(request, response, { ...common, login: loginOf(caller), env, body }),
    )
    response.end()
  } catch (failure) {
    refuse(response, failure)
  }
}

function openRepository(world: World, caller: Caller, owner: string, name: string, pushes: boolean): Repository {
  const repository = world.repository(owner, name)
  const former = world.formerNames.get(`${owner}/${name}`.toLowerCase())
  const found = repository ?? (former === undefined ? undefined : world.repositories.get(former))
  if (caller.kind === 'anonymous' && (pushes || !found || found.private)) {
    throw new Refusal(401, 'Authentication required.')
  }
  if (!found || !maySee(world, caller, found)) throw new Refusal(404, 'Repository not found.')
  if (!mayUse(world, caller, found, pushes)) {
    throw new Refusal(403, `Permission to ${owner}/${name}.git denied to ${loginOf(caller)}.`)
  }
  if (pushes && found.archived) throw new Refusal(403, 'This repository was archived so it is read-only.')
  return found
}

function mayUse(world: World, caller: Caller, repository: Repository, pushes: boolean): boolean {
  if (caller.kind === 'installation') {
    if (!callerCovers(caller, repository)) return !pushes
    return allows(caller.permissions, 'contents', pushes ? 'write' : 'read')
  }
  if (caller.kind !== 'user') return caller.kind === 'anonymous'
  return !pushes || atLeast(roleOf(world, repository, caller.account), 'write')
}

function loginOf(caller: Caller): string {
  return caller.kind === 'user' || caller.kind === 'installation' ? actorAccount(caller).login : ''
}

async function plainBody(request: IncomingMessage): Promise<Buffer> {
  const bytes = await buffer(request)
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
}

function refuse(response: ServerResponse, failure: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const status = failure instanceof Refusal ? failure.status : 500
  const message = failure instanceof Error ? failure.message : String(failure)
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}
  response.writeHead(status, { 'content-type': 'text/plain', ...challenge }).end(`${message}\n`)
}

function addressOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://localhost')
}
