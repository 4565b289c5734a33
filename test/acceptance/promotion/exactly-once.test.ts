import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import type { Mirror } from '../../../src/model/mirror.ts'
import { handleCommand } from '../../../src/promotion/commands/handle-command.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { calledRoutes, graphqlDocuments } from '../../support/called-routes.ts'
import { type Body, commitFile, openScene, type Scene } from '../../support/local-github.ts'
import { type AppAt, LoneProcess, mirrorOf, type RequestFate } from '../../support/lone-process.ts'
import { version, versionFiles } from '../../support/promotion-scene.ts'

jest.setTimeout(240_000)
const { default_permissions: permissions, default_events: events } = parse(readFileSync('app.yml', 'utf8')) as {
  default_permissions: Record<string, 'read' | 'write'>
  default_events: string[]
}
const ENVIRONMENTS = `  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging, gates: { approvals: 1, fourEyes: true } }`
const DAY = 86_400_000
/** Between two processes: longer than a claim of the one before lasts. */
const BETWEEN_MS = 130_000
const MOST_ROUNDS = 40
const MOST_LIVES = 4

/** Called by other parts of the product, which have tests of their own like this one. */
const OTHERS: Readonly<Record<string, string>> = {
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': 'the sweep',
  'GET /app/installations': 'the sweep',
  'GET /installation/repositories': 'the sweep',
  'GET /app/hook/deliveries': 'the sweep',
  'POST /app/hook/deliveries/{delivery_id}/attempts': 'the sweep',
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}': 'gates that ask for teams',
  'GET /repos/{owner}/{repo}/commits/{ref}/statuses': 'gates that ask for checks',
  'GET /repos/{owner}/{repo}/compare/{basehead}': 'new versions',
  'GET /repos/{owner}/{repo}/rules/branches/{branch}': 'the words for what rules hold back',
  'GET /repos/{owner}/{repo}/deployments': 'reconciling',
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': 'reconciling',
  'POST /repos/{owner}/{repo}/deployments': 'reconciling',
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': 'reconciling',
  'POST /repos/{owner}/{repo}/check-runs': 'previews',
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': 'previews',
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': 'twins of comments, which processes at once may make',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': 'comments whose text changes',
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': 'executable files, which only the Git Data API can change',
  'graphql enqueuePullRequest mergeQueueEntry': 'merge queues',
}

let scene: Scene
let registered: Pick<AppAt, 'appId' | 'privateKey'>
let installation: number
let app: AppAt
let repository: string
let mirror: Mirror
const cleanUp: (() => Promise<void>)[] = []
/** How far GitHub's clock is from this machine's. */
let ahead = DAY

beforeAll(async () => {
  scene = await openScene({ clock: () => new Date(Date.now() + ahead) })
  const { appId, privateKeyPem: privateKey } = scene.github.registerApp({
    slug: 'lockstep',
    name: 'Lockstep',
    owner: 'acme',
    permissions,
    events,
  })
  installation = scene.github.installApp('lockstep', 'acme', 'all')
  registered = { appId, privateKey }
})

/** A repository that Lockstep has not seen yet. */
async function begin(): Promise<void> {
  const files = versionFiles(ENVIRONMENTS, { checkout: { dev: 'v0', staging: 'v0' } })
  repository = await scene.repository({ from: [{ message: 'Begin', files }] })
  const [owner = '', name = ''] = repository.replace('/repos/', '').split('/')
  app = { ...registered, baseUrl: scene.github.apiUrl, ref: { installation, owner, name } }
  const made = await mirrorOf(app)
  mirror = made.mirror
  cleanUp.push(made.remove)
}
afterAll(async () => {
  expect(scene.github.unknownRequests).toEqual([])
  await scene.close()
  for (const one of cleanUp) await one()
})

const routes = calledRoutes().map((route) => {
  const [method = '', path = ''] = route.split(' ')
  const pattern = path.replace(/[.+]/g, '\\$&').replace(/\{(\w+)\}/g, (_, name) => (name === 'ref' ? '.+' : '[^/]+'))
  return { route, method, pattern: new RegExp(`/api/v3${pattern}$`), literals: path.replace(/\{\w+\}/g, '').length }
})

/** Which of the adapter's calls a request is. */
const callOf: (request: Parameters<RequestFate>[0]) => string = ({ method, path, body }) => {
  if (path.endsWith('/graphql')) return `graphql ${graphqlField(JSON.parse(body).query)}`
  const fitting = routes.filter((each) => each.method === method && each.pattern.test(path))
  return fitting.toSorted((a, b) => b.literals - a.literals)[0]?.route ?? `${method} ${path}`
}
const graphqlField = (document: string) => /\{\s*(\w+)[^{]*\{\s*(\w+)/.exec(document)?.slice(1, 3).join(' ')

/** People do what comes next, and a new process does what it finds; it is killed where a request's fate is that. */
class Life {
  readonly #version: string
  readonly seen = new Set<string>()

  constructor(text: string) {
    this.#version = text
  }

  /** To the end, and one calm round. `begins` is told of each process. */
  async live(fateOf: RequestFate = () => undefined, begins: () => void = () => undefined): Promise<void> {
    await this.#release(`${this.#version}.1`)
    let rounds = 0
    while (!(await this.#isMerged())) {
      if (++rounds > MOST_ROUNDS) throw new Error(`${this.#version} is not merged`)
      await this.#people()
      begins()
      await this.round(fateOf)
    }
    await this.round()
  }

  async round(fateOf: RequestFate = () => undefined): Promise<void> {
    ahead += BETWEEN_MS
    const lone = await LoneProcess.start(app, mirror, (request) => {
      this.seen.add(callOf(request))
      return fateOf(request)
    })
    await this.#work(lone)
  }

  async #work({ ports }: LoneProcess): Promise<void> {
    const { body: comments } = await scene.bob.get(`${repository}/issues/comments?per_page=100`)
    for (const { id, user, body, created_at: createdAt, issue_url: issue } of comments) {
      if (user.type === 'Bot' || !(await isUnanswered(id))) continue
      const author = { login: user.login, bot: false }
      const job = {
        repository: app.ref,
        number: Number(issue.split('/').at(-1)),
        comment: { id, author, body, createdAt },
      }
      await settled(handleCommand(ports, { kind: 'command', ...job }))
    }
    await settled(advancePromotions(ports))
  }

  /** The gate is shown and approved; a second version comes while the first waits; then somebody says `/promote`. */
  async #people(): Promise<void> {
    const pull = await openPull()
    if (!pull) return
    const file = await scene.bob.get(
      `${repository}/contents/apps/checkout/overlays/staging/version.yaml?ref=${pull.head.ref}`,
    )
    const text = Buffer.from(file.body.content, 'base64').toString()
    await greenGate(pull)
    await approve(pull)
    if (text === version(`${this.#version}.1`)) return this.#release(`${this.#version}.2`)
    const { body: comments } = await scene.bob.get(`${repository}/issues/${pull.number}/comments?per_page=100`)
    const asked = comments.filter(({ user }: Body) => user.type !== 'Bot')
    for (const { id } of asked) if (!(await isRefused(id))) return
    await scene.bob.post(`${repository}/issues/${pull.number}/comments`, { body: '/promote' })
  }

  async #release(text: string): Promise<void> {
    const path = 'apps/checkout/overlays/dev/version.yaml'
    const { body } = await scene.bob.get(`${repository}/contents/${path}`)
    if (Buffer.from(body.content, 'base64').toString() === version(text)) return
    await commitFile(scene.ann, repository, 'main', { path, content: version(text) })
  }

  async #isMerged(): Promise<boolean> {
    const { body } = await scene.bob.get(`${repository}/contents/apps/checkout/overlays/staging/version.yaml`)
    return Buffer.from(body.content, 'base64').toString() === version(`${this.#version}.2`)
  }
}

async function openPull(): Promise<Body | undefined> {
  const { body } = await scene.bob.get(`${repository}/pulls?state=open`)
  return body[0]
}

/** As the preview of this head would. */
async function greenGate({ head }: Body): Promise<void> {
  const { ports } = await LoneProcess.start(app, mirror)
  const gate = { name: 'lockstep/gate', headSha: head.sha, status: 'completed', conclusion: 'success' } as const
  await ports.repository.checks.publish({ ...gate, title: 'Fine', summary: '' })
}

async function approve({ number, head }: Body): Promise<void> {
  const { body: reviews } = await scene.ann.get(`${repository}/pulls/${number}/reviews`)
  if (reviews.some((one: Body) => one.commit_id === head.sha && one.state === 'APPROVED')) return
  await scene.ann.post(`${repository}/pulls/${number}/reviews`, { event: 'APPROVE', commit_id: head.sha })
}

const own = async (id: number): Promise<string[]> => {
  const { body } = await scene.bob.get(`${repository}/issues/comments/${id}/reactions`)
  return body.filter(({ user }: Body) => user.login === 'lockstep[bot]').map(({ content }: Body) => content)
}
const isUnanswered = async (id: number) => (await own(id)).every((each) => each === 'eyes')
const isRefused = async (id: number) => (await own(id)).includes('-1')

/** What throws is tried again by the next process. */
async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Error) || !('kind' in error)) throw error
  })
}

/** One pull request a life, merged; one comment for each cause; nothing left behind. */
async function expectOneOfEach(lives: number): Promise<void> {
  const { body: pulls } = await scene.bob.get(`${repository}/pulls?state=all&per_page=100`)
  expect(pulls.map((pull: Body) => pull.merged_at !== null)).toEqual(Array(lives).fill(true))
  for (const { number, merge_commit_sha: sha } of pulls) {
    const { body: comments } = await scene.bob.get(`${repository}/issues/${number}/comments?per_page=100`)
    const topics = comments
      .filter(({ user }: Body) => user.login === 'lockstep[bot]')
      .map(({ body }: Body) => /<!-- lockstep:([\w-]+)/.exec(body)?.[1])
    expect(new Set(topics).size).toBe(topics.length)
    const asked = comments.filter(({ user }: Body) => user.type !== 'Bot')
    for (const { id } of asked) expect(await isUnanswered(id)).toBe(false)
    expect(topics.length).toBeLessThanOrEqual(asked.length + 1)
    const ledger = await stateFile(`ledger/${number}.yaml`)
    expect(ledger).toMatchObject({ merged: { sha } })
  }
  expect(await stateFile('claims/staging.yaml')).toBeUndefined()
}

async function stateFile(path: string): Promise<Body | undefined> {
  const { status, body } = await scene.bob.get(`${repository}/contents/${path}?ref=lockstep/state`)
  return status === 200 ? parse(Buffer.from(body.content, 'base64').toString()) : undefined
}

const WAYS = [{ answer: 403 }, { answer: 404 }, { answer: 409 }, { answer: 422 }, { answer: 500 }] as const
type Trouble = NonNullable<ReturnType<RequestFate>>

/** What is still to go wrong: each call that writes in every deadly way and one more, each that reads in one way. */
function troublesOf(calls: readonly string[]): Map<string, Trouble[]> {
  const of = (call: string, index: number): Trouble[] => {
    const way = WAYS[index % WAYS.length] ?? WAYS[0]
    return /^GET|^graphql repository/.test(call) ? [way] : ['killed before', 'killed after', 'lost', way]
  }
  return new Map(calls.map((call, index) => [call, of(call, index)]))
}

describe('every request of promote and merge, on a GitHub whose clock is a day away from this machine’s', () => {
  const met = new Set<string>()

  test('undisturbed: one pull request, updated in place, one merge, and a comment for each cause', async () => {
    await begin()
    const life = new Life('v1')
    await life.live()
    for (const call of life.seen) met.add(call)
    await expectOneOfEach(1)
  })

  test('every call of the adapter is met here, or named as somebody else’s', () => {
    const documents = graphqlDocuments().map((document) => `graphql ${graphqlField(document)}`)
    expect([...met, ...Object.keys(OTHERS)].toSorted()).toEqual([...calledRoutes(), ...documents].toSorted())
  })

  test('killed before and after it, its answer lost, or refused: the same end', async () => {
    const left = troublesOf([...met])
    const some = () => [...left.values()].some((troubles) => troubles.length > 0)
    ahead = -DAY
    // Some calls are made once in a repository.
    for (let repositories = 0; some() && repositories < 3; repositories++) {
      await begin()
      for (let lives = 1; some() && lives <= MOST_LIVES; lives++) {
        let struck = new Set<string>()
        const fateOf: RequestFate = (request) => {
          const call = callOf(request)
          const next = struck.has(call) ? undefined : left.get(call)?.shift()
          struck.add(call)
          return next
        }
        const begins = () => {
          struck = new Set()
        }
        await new Life(`v${lives}`).live(fateOf, begins)
        await expectOneOfEach(lives)
      }
    }
    expect(Object.fromEntries([...left].filter(([, troubles]) => troubles.length > 0))).toEqual({})
  })
})
