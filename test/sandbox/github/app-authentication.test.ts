import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { acceptPermissions } from '../../../sandbox/github/apps/install.ts'
import { commitFile, openPull, openScene, RestClient, type Scene } from '../../support/local-github.ts'

let scene: Scene
let now: () => Date = () => new Date()
beforeAll(async () => {
  scene = await openScene({ clock: () => now() })
})
afterAll(() => scene.close())

const seconds = (): number => Math.floor(Date.now() / 1000)
const withJwt = (token: string): RestClient => new RestClient(scene.github.apiUrl, `Bearer ${token}`)

describe('JSON web token', () => {
  test('G022 a token signed by the App opens /app', async () => {
    const { status, body } = await scene.app().get('/app')
    expect([status, body.slug]).toEqual([200, 'robot'])
  })

  const strangeKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  })

  test.each([
    [
      'G023 issued some seconds ahead',
      () => scene.jwt({ iat: seconds() + 5 }),
      "'Issued at' claim ('iat') must be an Integer",
    ],
    [
      'G024 expires too late',
      () => scene.jwt({ exp: seconds() + 700 }),
      "'Expiration time' claim ('exp') is too far in the future",
    ],
    [
      'G025 expired',
      () => scene.jwt({ exp: seconds() - 5 }),
      "'Expiration time' claim ('exp') must be a numeric value",
    ],
    ['G026 key of another App', () => scene.jwt({ key: String(strangeKey) }), 'A JSON web token could not be decoded'],
    ['G026 issuer of another App', () => scene.jwt({ iss: 1 }), 'A JSON web token could not be decoded'],
  ])('%s: 401', async (_title, token, message) => {
    const { status, body } = await withJwt(token()).get('/app')
    expect(status).toBe(401)
    expect(body.message).toContain(message)
  })

  test('G027 routes for Apps refuse installation tokens, and the reverse', async () => {
    const robot = await scene.robot()
    const repository = await scene.repository()
    expect((await robot.get('/app')).status).toBe(401)
    expect((await robot.get(`${repository}/installation`)).status).toBe(401)
    expect((await robot.get('/app/hook/deliveries')).status).toBe(401)
    expect((await scene.app().get('/installation/repositories')).status).toBe(401)
    expect((await scene.app().get(repository)).status).toBe(401)
  })
})

describe('installation token', () => {
  const mint = (body: unknown) => scene.app().post(`/app/installations/${scene.installation}/access_tokens`, body)

  test('G028 lives an hour and names its repositories only when narrowed', async () => {
    const repository = await scene.repository()
    const { status, body } = await mint({})
    expect(status).toBe(201)
    expect(Date.parse(body.expires_at) - Date.now()).toBeGreaterThan(3_590_000)
    expect(body).toMatchObject({ permissions: { contents: 'write' }, repository_selection: 'all' })
    expect(body).not.toHaveProperty('repositories')
    const narrowed = await mint({ repositories: [repository.split('/').at(-1)] })
    expect(narrowed.body.repositories).toHaveLength(1)
    expect(narrowed.body.repository_selection).toBe('selected')
  })

  test('G029 an empty list of repositories narrows nothing', async () => {
    const repository = await scene.repository({ private: true })
    expect((await (await scene.robot({ repositories: [] })).get(repository)).status).toBe(200)
  })

  test.each([['nowhere'], ['acme/shop-1']])('G030 the repository %s cannot be granted: 422', async (name) => {
    const { status, body } = await mint({ repositories: [name] })
    expect(status).toBe(422)
    expect(body.message).toContain('There is at least one repository that does not exist or is not accessible')
  })

  test('G031 a permission the App lacks is refused', async () => {
    expect((await mint({ permissions: { packages: 'read' } })).status).toBe(422)
    expect((await mint({ permissions: { members: 'write' } })).status).toBe(422)
  })

  test('G032 over 500 repositories are refused', async () => {
    const { status } = await mint({ repository_ids: Array.from({ length: 501 }, (_, id) => id) })
    expect(status).toBe(422)
  })

  test('G033 it has the long form with the id of the App', async () => {
    const { body } = await mint({})
    expect(body.token).toMatch(new RegExp(`^ghs_${scene.appId}_[^.]+\\.[^.]+\\.[^.]+$`))
    expect(body.token.length).toBeGreaterThan(100)
  })

  test('G034 an expired token answers 401 with the limits of a stranger', async () => {
    const robot = await scene.robot()
    now = () => new Date(Date.now() + 3_700_000)
    const { status, body, headers } = await robot.get('/installation/repositories')
    now = () => new Date()
    expect([status, body.message, headers.get('x-ratelimit-limit')]).toEqual([401, 'Bad credentials', '60'])
  })

  test('G035 right after minting it may still be refused, then it works', async () => {
    scene.github.switches.lag.tokens = 2
    const robot = await scene.robot()
    scene.github.switches.lag.tokens = 0
    const statuses: number[] = []
    for (let use = 0; use < 3; use += 1) statuses.push((await robot.get('/installation/repositories')).status)
    expect(statuses).toEqual([401, 401, 200])
  })

  test('G036 it can end itself', async () => {
    const robot = await scene.robot()
    expect((await robot.delete('/installation/token')).status).toBe(204)
    expect((await robot.get('/installation/repositories')).status).toBe(401)
  })

  test('G037 a suspended installation mints nothing but can be read', async () => {
    scene.github.suspend(scene.installation)
    const { status, body } = await mint({})
    const read = await scene.app().get(`/app/installations/${scene.installation}`)
    scene.github.unsuspend(scene.installation)
    expect([status, body.message]).toEqual([403, 'This installation has been suspended'])
    expect([read.status, typeof read.body.suspended_at]).toEqual([200, 'string'])
  })

  test('G038 a removed installation is gone everywhere', async () => {
    const gone = await openScene()
    const repository = await gone.repository()
    gone.github.uninstallApp(gone.installation)
    const minting = await gone.app().post(`/app/installations/${gone.installation}/access_tokens`)
    const lookup = await gone.app().get(`${repository}/installation`)
    await gone.close()
    expect([minting.status, lookup.status]).toEqual([404, 404])
  })
})

describe('permissions', () => {
  test('G039 a missing one answers 403 and names what would do', async () => {
    const repository = await scene.repository()
    const reader = await scene.robot({ permissions: { contents: 'read', pull_requests: 'read' } })
    const pull = await openPull(scene.ann, repository, 'topic')
    const comment = await reader.post(`${repository}/issues/${pull.number}/comments`, { body: 'x' })
    expect([comment.status, comment.body.message]).toEqual([403, 'Resource not accessible by integration'])
    expect(comment.headers.get('x-accepted-github-permissions')).toBe('issues=write; pull_requests=write')
    const write = await reader.put(`${repository}/contents/x`, { message: 'x', content: '' })
    expect([write.status, write.headers.get('x-accepted-github-permissions')]).toEqual([403, 'contents=write'])
    expect((await reader.get(`${repository}/contents/README.md`)).status).toBe(200)
  })

  test.each([
    ['POST', '/check-runs', 'checks=write'],
    ['GET', '/commits/main/check-runs', 'checks=read'],
    ['PUT', '/pulls/1/merge', 'contents=write'],
    ['POST', '/git/refs', 'contents=write'],
    ['PATCH', '', 'administration=write'],
  ])('G039 %s %s needs %s', async (method, path, permission) => {
    const repository = await scene.repository()
    const robot = await scene.robot({ permissions: { metadata: 'read' } })
    const { status, headers } = await robot.send(method, `${repository}${path}`, method === 'GET' ? undefined : {})
    expect([status, headers.get('x-accepted-github-permissions')]).toEqual([403, permission])
  })

  test('G040 a private repository that was not granted answers 404, never 403', async () => {
    const secret = await scene.repository({ private: true })
    const other = await scene.repository()
    const robot = await scene.robot({ repositories: [other.split('/').at(-1)] })
    expect((await robot.get(secret)).status).toBe(404)
    expect((await robot.post(`${secret}/git/refs`, {})).status).toBe(404)
    expect((await scene.eve.get(secret)).status).toBe(404)
    expect((await scene.anonymous.get(secret)).status).toBe(404)
    expect((await scene.eve.get(other)).status).toBe(200)
  })

  test('people without push access cannot write, whatever they ask', async () => {
    const repository = await scene.repository()
    expect((await scene.rita.post(`${repository}/git/refs`, {})).status).toBe(403)
    expect((await scene.rita.put(`${repository}/pulls/1/merge`, {})).status).toBe(403)
    expect((await scene.bob.patch(repository, { private: true })).body.message).toContain('admin rights')
  })

  test('G042 an App without `workflows` can neither write nor merge what touches a workflow', async () => {
    const repository = await scene.repository()
    const robot = await scene.robot()
    const path = '.github/workflows/ci.yml'
    const write = await robot.put(`${repository}/contents/${path}`, { message: 'x', content: '' })
    expect(write.status).toBe(403)
    await commitFile(scene.ann, repository, 'ci', { path, content: 'on: push\n' })
    const { body: pull } = await scene.ann.post(`${repository}/pulls`, { title: 'ci', head: 'ci', base: 'main' })
    const merge = await robot.put(`${repository}/pulls/${pull.number}/merge`, {})
    expect(merge.status).toBe(403)
    expect(merge.body.message).toContain('refusing to allow a GitHub App to create or update workflow')
    expect((await scene.ann.put(`${repository}/pulls/${pull.number}/merge`, {})).status).toBe(200)
  })

  test('G043 new wishes of an App count once they are accepted', async () => {
    const own = await openScene()
    const app = own.github.app('robot')
    app.permissions = { ...app.permissions, packages: 'read' }
    const installation = own.github.world.installations.get(own.installation)
    const ask = () =>
      own.app().post(`/app/installations/${own.installation}/access_tokens`, { permissions: { packages: 'read' } })
    const before = await ask()
    if (installation) acceptPermissions(own.github.world, installation, installation.account)
    const after = await ask()
    await own.webhooks.waitFor('installation.new_permissions_accepted')
    await own.close()
    expect([before.status, after.status]).toEqual([422, 201])
  })
})
