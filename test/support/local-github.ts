import { createSign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gitEnvironment, runGit } from '../../sandbox/github/git/run.ts'
import type { LocalGitHub } from '../../sandbox/github/local-github.ts'
import type { RepositoryRequest } from '../../sandbox/github/repositories/create.ts'
import { type LocalGitHubOptions, startLocalGitHub } from '../../sandbox/github/start.ts'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts'

/** An answer's body of unknown shape, as a client without types sees it. */
export type Body = ReturnType<typeof JSON.parse>

export interface Reply {
  readonly status: number
  readonly body: Body
  readonly headers: Headers
}

/** A plain HTTP client of the REST interface: no retries, no library. */
export class RestClient {
  readonly #base: string
  readonly authorization: string | undefined

  constructor(base: string, authorization?: string) {
    this.#base = base
    this.authorization = authorization
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const answer = await fetch(path.startsWith('http') ? path : `${this.#base}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(this.authorization ? { authorization: this.authorization } : {}), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json') === true
    return { status: answer.status, body: isJson ? JSON.parse(text) : text, headers: answer.headers }
  }

  get = (path: string, headers?: Record<string, string>): Promise<Reply> => this.send('GET', path, undefined, headers)
  post = (path: string, body?: unknown): Promise<Reply> => this.send('POST', path, body)
  put = (path: string, body?: unknown): Promise<Reply> => this.send('PUT', path, body)
  patch = (path: string, body?: unknown): Promise<Reply> => this.send('PATCH', path, body)
  delete = (path: string, body?: unknown): Promise<Reply> => this.send('DELETE', path, body)
}

export const ALL_PERMISSIONS = {
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  statuses: 'write',
  deployments: 'write',
  members: 'read',
  merge_queues: 'read',
  administration: 'write',
} as const

export const ALL_EVENTS = [
  'push',
  'create',
  'delete',
  'pull_request',
  'pull_request_review',
  'issue_comment',
  'issues',
  'check_run',
  'check_suite',
  'deployment',
  'deployment_status',
  'repository',
  'merge_group',
]

/** A GitHub with the organization `acme`: `ann` owns it, `bob` may write, `rita` may read, `eve` is a stranger; the App `robot`. */
export interface Scene {
  readonly github: LocalGitHub
  readonly ann: RestClient
  readonly bob: RestClient
  readonly rita: RestClient
  readonly eve: RestClient
  readonly anonymous: RestClient
  readonly tokens: Readonly<Record<'ann' | 'bob' | 'rita' | 'eve', string>>
  readonly webhooks: WebhookReceiver
  readonly appId: number
  readonly installation: number
  /** With a JSON web token of `robot`. */
  app(): RestClient
  /** With a fresh installation token of `robot`. */
  robot(narrowed?: unknown): Promise<RestClient>
  jwt(change?: { iat?: number; exp?: number; iss?: unknown; key?: string }): string
  /** A new repository `acme/…` with `README.md` on `main`; answers its path below the API address. */
  repository(request?: Partial<RepositoryRequest>): Promise<string>
  close(): Promise<void>
}

export const SECRET = 'a webhook secret of some length'

export async function openScene(options: Partial<LocalGitHubOptions> = {}): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'local-github-'))
  const github = await startLocalGitHub({ directory: join(directory, 'repositories'), ...options })
  const webhooks = await startWebhookReceiver()
  const people = ['ann', 'bob', 'rita', 'eve'] as const
  const tokens = Object.fromEntries(people.map((login) => [login, github.createUser(login).token])) as Scene['tokens']
  github.createOrganization('acme', { ann: { role: 'admin', public: true } })
  const { appId, privateKeyPem } = github.registerApp({
    slug: 'robot',
    name: 'Robot',
    owner: 'acme',
    permissions: ALL_PERMISSIONS,
    events: ALL_EVENTS,
    webhookUrl: webhooks.url,
    webhookSecret: SECRET,
  })
  const installation = github.installApp('robot', 'acme', 'all')
  const jwt: Scene['jwt'] = (change = {}) => signJwt({ iss: appId, key: privateKeyPem, ...change })
  const client = (authorization?: string): RestClient => new RestClient(github.apiUrl, authorization)
  const app = (): RestClient => client(`Bearer ${jwt()}`)
  let count = 0
  return {
    github,
    ann: client(`token ${tokens.ann}`),
    bob: client(`token ${tokens.bob}`),
    rita: client(`token ${tokens.rita}`),
    eve: client(`token ${tokens.eve}`),
    anonymous: client(),
    tokens,
    webhooks,
    appId,
    installation,
    app,
    jwt,
    async robot(narrowed = {}) {
      const { body } = await app().post(`/app/installations/${installation}/access_tokens`, narrowed)
      return client(`Bearer ${body.token}`)
    },
    async repository(request = {}) {
      count += 1
      const { fullName } = await github.createRepository({
        owner: 'acme',
        name: `shop-${count}`,
        collaborators: { bob: 'write', rita: 'read' },
        from: [{ message: 'Begin', files: { 'README.md': 'hello\n' } }],
        ...request,
      })
      return `/repos/${fullName}`
    },
    async close() {
      await github.close()
      await webhooks.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export function signJwt(claims: { iss: unknown; key: string; iat?: number; exp?: number }): string {
  const now = Math.floor(Date.now() / 1000)
  const { iss, key, iat = now - 10, exp = now + 300 } = claims
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat, exp, iss })}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
}

/** Puts a file on a branch through the contents API, and answers the commit. The branch is cut from `from` where it is new. */
export async function commitFile(
  client: RestClient,
  repository: string,
  branch: string,
  file: { path: string; content: string; from?: string },
): Promise<string> {
  const known = await client.get(`${repository}/git/ref/heads/${branch}`)
  if (known.status === 404) await cutBranch(client, repository, branch, file.from)
  const { body: old } = await client.get(`${repository}/contents/${file.path}?ref=${branch}`)
  const { status, body } = await client.put(`${repository}/contents/${file.path}`, {
    message: `Write ${file.path}`,
    content: Buffer.from(file.content).toString('base64'),
    branch,
    ...(old.sha ? { sha: old.sha } : {}),
  })
  if (status > 201) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body.commit.sha
}

export async function tipOf(client: RestClient, repository: string, branch: string): Promise<string> {
  return (await client.get(`${repository}/git/ref/heads/${branch}`)).body.object.sha
}

export async function cutBranch(
  client: RestClient,
  repository: string,
  branch: string,
  from = 'main',
): Promise<string> {
  const sha = await tipOf(client, repository, from)
  await client.post(`${repository}/git/refs`, { ref: `refs/heads/${branch}`, sha })
  return sha
}

/** A pull request of `client` from `branch` with one new file, into `main`. */
export async function openPull(
  client: RestClient,
  repository: string,
  branch: string,
  more: object = {},
): Promise<Body> {
  await commitFile(client, repository, branch, { path: `${branch}.txt`, content: `${branch}\n` })
  const { status, body } = await client.post(`${repository}/pulls`, {
    title: branch,
    head: branch,
    base: 'main',
    ...more,
  })
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body
}

/** Reads until GitHub knows whether it can be merged. */
export async function settled(client: RestClient, repository: string, number: number): Promise<Body> {
  for (;;) {
    const { body } = await client.get(`${repository}/pulls/${number}`)
    if (body.mergeable !== null || body.state === 'closed') return body
  }
}

/** Moves a branch where it pleases, forgetting what was there. */
export async function force(client: RestClient, repository: string, branch: string, sha: string): Promise<Reply> {
  return client.patch(`${repository}/git/refs/heads/${branch}`, { sha, force: true })
}

/** git as a user has it, without asking for passwords. Output of both streams; `failed` instead of throwing. */
export async function userGit(cwd: string, ...args: string[]): Promise<{ out: string; failed: boolean }> {
  try {
    const identity = ['-c', 'user.name=U', '-c', 'user.email=u@example.com']
    return { out: (await runGit([...identity, ...args], { cwd, env: gitEnvironment() })).toString(), failed: false }
  } catch (failure) {
    return { out: String(failure), failed: true }
  }
}
