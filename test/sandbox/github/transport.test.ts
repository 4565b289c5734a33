import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openPull, openScene, type Scene } from '../../support/local-github.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

describe('errors', () => {
  test('G001 a refusal carries message, documentation_url and the status as a string', async () => {
    const { status, body } = await scene.ann.get('/repos/acme/nothing')
    expect(status).toBe(404)
    expect(body).toEqual({ message: 'Not Found', documentation_url: expect.any(String), status: '404' })
  })

  test('G002 a validation failure lists resource, field and code', async () => {
    const repository = await scene.repository()
    const { status, body } = await scene.ann.post(`${repository}/pulls`, { head: 'x', base: 'main' })
    expect(status).toBe(422)
    expect(body).toMatchObject({
      message: 'Validation Failed',
      errors: [{ resource: 'PullRequest', field: 'title', code: 'missing_field' }],
    })
  })

  test('G004 a wrong type puts the reasons into the message and has no errors', async () => {
    const repository = await scene.repository()
    const { status, body } = await scene.ann.post(`${repository}/issues/1/comments`, { body: null })
    expect(status).toBe(404)
    const pull = await scene.ann.post(`${repository}/git/refs`, { ref: null, sha: 'x' })
    expect(pull.status).toBe(422)
    expect(pull.body.message).toMatch(/^Invalid request\.\n\n.*ref.*nil is not a string/)
    expect(pull.body).not.toHaveProperty('errors')
    expect(body.status).toBe('404')
  })

  test.each([
    ['G005 broken JSON', '{', 'Problems parsing JSON'],
    ['G005 JSON that is no object', '[1]', 'Body should be a JSON object'],
  ])('%s answers 400', async (_title, text, message) => {
    const repository = await scene.repository()
    const { status, body } = await scene.ann.post(`${repository}/git/refs`, text)
    expect([status, body.message]).toEqual([400, message])
  })

  test('G006 a trailing slash or an unescaped slash in a parameter answers 404', async () => {
    const repository = await scene.repository()
    expect((await scene.ann.get(`${repository}/`)).status).toBe(404)
    expect((await scene.ann.get(`${repository}/branches/a/b`)).status).toBe(404)
  })

  test('an unknown route answers 404 and is remembered', async () => {
    expect((await scene.ann.get('/no/such/route')).status).toBe(404)
    expect(scene.github.unknownRequests).toContain('GET /no/such/route')
  })
})

describe('versions', () => {
  test('G007 an unknown version answers 400; none means 2022-11-28, which the answer names', async () => {
    const strange = await scene.ann.get('/user', { 'x-github-api-version': '1999-01-01' })
    expect(strange.status).toBe(400)
    const usual = await scene.ann.get('/user')
    expect(usual.headers.get('x-github-api-version-selected')).toBe('2022-11-28')
  })

  test('G008 2026-03-10 has no merge_commit_sha on pull requests and no rate in /rate_limit', async () => {
    const repository = await scene.repository()
    await openPull(scene.ann, repository, 'topic')
    const version = { 'x-github-api-version': '2026-03-10' }
    const { body: list } = await scene.ann.get(`${repository}/pulls`, version)
    const { body: one } = await scene.ann.get(`${repository}/pulls/1`, version)
    const { body: old } = await scene.ann.get(`${repository}/pulls/1`)
    expect(list[0]).not.toHaveProperty('merge_commit_sha')
    expect(one).not.toHaveProperty('merge_commit_sha')
    expect(old).toHaveProperty('merge_commit_sha')
    expect((await scene.ann.get('/rate_limit', version)).body).not.toHaveProperty('rate')
    expect((await scene.ann.get('/rate_limit')).body).toHaveProperty('rate')
  })
})

describe('addresses', () => {
  test('G009 a renamed repository redirects reads with 301 and writes with 307, by id', async () => {
    const repository = await scene.repository()
    const { body } = await scene.ann.patch(repository, { name: 'renamed' })
    const read = await scene.ann.get(`${repository}/branches`)
    expect(read.status).toBe(301)
    expect(read.body.message).toBe('Moved Permanently')
    expect(read.body.url).toBe(read.headers.get('location'))
    expect(read.headers.get('location')).toBe(`${scene.github.apiUrl}/repositories/${body.id}/branches`)
    expect((await scene.ann.get(read.headers.get('location') ?? '')).status).toBe(200)
    const write = await scene.ann.patch(repository, { description: 'x' })
    expect(write.status).toBe(307)
    expect((await scene.ann.patch(write.headers.get('location') ?? '', { description: 'x' })).body.name).toBe('renamed')
  })

  test('G010 lists show 30 unless asked, 100 at most; links go by id and the last page has no next', async () => {
    const repository = await scene.repository()
    const { body: whole } = await scene.ann.get(repository)
    await scene.ann.post(`${repository}/issues`, { title: 'one' })
    const github = scene.github.repository('acme', whole.name)
    const [first] = github.issues.values()
    const comment = { issue: 1, author: first?.author, createdAt: '', updatedAt: '', body: 'x', reactions: [] }
    for (let id = 1; id <= 105; id += 1) github.comments.set(id, { ...comment, id } as never)
    const path = `${repository}/issues/1/comments`
    const page = await scene.ann.get(path)
    expect(page.body).toHaveLength(30)
    expect((await scene.ann.get(`${path}?per_page=500`)).body).toHaveLength(100)
    const link = page.headers.get('link') ?? ''
    expect(link).toContain(`<${scene.github.apiUrl}/repositories/${whole.id}/issues/1/comments?page=2>; rel="next"`)
    expect(link).toContain('page=4>; rel="last"')
    const last = await scene.ann.get(`${path}?page=4`)
    expect(last.body).toHaveLength(15)
    expect(last.headers.get('link')).not.toContain('next')
    expect(last.headers.get('link')).toContain('rel="first"')
  })

  test('G012 what the client has already answers 304 without a body and without a charge', async () => {
    const repository = await scene.repository()
    const fresh = await scene.ann.get(repository)
    const again = await scene.ann.get(repository, { 'if-none-match': fresh.headers.get('etag') ?? '' })
    expect([again.status, again.body]).toEqual([304, ''])
    expect(again.headers.get('x-ratelimit-remaining')).toBe(fresh.headers.get('x-ratelimit-remaining'))
    await scene.ann.patch(repository, { description: 'changed' })
    expect((await scene.ann.get(repository, { 'if-none-match': fresh.headers.get('etag') ?? '' })).status).toBe(200)
  })

  test('G014 times have whole seconds and end in Z', async () => {
    const { body } = await scene.ann.get(await scene.repository())
    expect(body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })
})

describe('conversations that cannot be written', () => {
  test('G017 issues switched off answer 410', async () => {
    const repository = await scene.repository({ settings: { has_issues: false } })
    const { status, body } = await scene.ann.post(`${repository}/issues`, { title: 'x' })
    expect([status, body.message]).toEqual([410, 'Issues are disabled for this repo'])
  })

  test('G018 a locked conversation takes no comment of people without write access', async () => {
    const repository = await scene.repository()
    await scene.ann.post(`${repository}/issues`, { title: 'x' })
    await scene.ann.put(`${repository}/issues/1/lock`)
    const { status, body } = await scene.rita.post(`${repository}/issues/1/comments`, { body: 'hi' })
    expect([status, body.message]).toEqual([403, 'Unable to create comment because issue is locked.'])
  })

  test('G019 an archived repository refuses every write', async () => {
    const repository = await scene.repository()
    await scene.ann.patch(repository, { archived: true })
    expect((await scene.ann.post(`${repository}/issues`, { title: 'x' })).status).toBe(403)
  })
})

describe('limits', () => {
  test('G211 every answer names the budget; asking for it is free', async () => {
    const one = await scene.bob.get('/rate_limit')
    const two = await scene.bob.get('/rate_limit')
    expect(two.body.resources.core.remaining).toBe(one.body.resources.core.remaining)
    const { headers } = await scene.bob.get('/user')
    for (const name of ['limit', 'remaining', 'used', 'reset', 'resource']) {
      expect(headers.get(`x-ratelimit-${name}`)).toEqual(expect.any(String))
    }
  })

  test('G212 an installation gets 50 more an hour for each repository above 20', async () => {
    const robot = await scene.robot()
    const { body: before } = await robot.get('/rate_limit')
    const missing = 25 - scene.github.world.repositories.size
    for (let count = 0; count < missing; count += 1) await scene.repository({ from: [] })
    const { body: after } = await robot.get('/rate_limit')
    expect([before.resources.core.limit, after.resources.core.limit]).toEqual([5000, 5250])
  })

  test('G213 a used-up budget answers 403 with remaining 0', async () => {
    scene.github.spendRateLimit({ login: 'rita' }, 1)
    expect((await scene.rita.get('/user')).status).toBe(200)
    const { status, headers, body } = await scene.rita.get('/user')
    expect([status, headers.get('x-ratelimit-remaining')]).toEqual([403, '0'])
    expect(body.message).toContain('API rate limit exceeded')
  })

  test('G214 a secondary limit answers with remaining above 0, and perhaps without retry-after', async () => {
    const repository = await scene.repository()
    scene.github.switches.refuse({
      method: 'POST',
      path: /\/issues$/,
      call: 2,
      answer: { status: 403, body: { message: 'You have exceeded a secondary rate limit' } },
    })
    expect((await scene.ann.post(`${repository}/issues`, { title: 'first' })).status).toBe(201)
    const { status, headers } = await scene.ann.post(`${repository}/issues`, { title: 'second' })
    expect(status).toBe(403)
    expect(headers.get('retry-after')).toBeNull()
    expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0)
    expect((await scene.ann.post(`${repository}/issues`, { title: 'third' })).status).toBe(201)
  })

  test('G215 more than 80 comments a minute are refused for a while', async () => {
    const repository = await scene.repository()
    await scene.bob.post(`${repository}/issues`, { title: 'x' })
    const path = `${repository}/issues/1/comments`
    const statuses: number[] = []
    for (let count = 0; count < 82; count += 1) statuses.push((await scene.bob.post(path, { body: `${count}` })).status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(79)
    expect(statuses.at(-1)).toBe(403)
    expect((await scene.bob.post(path, { body: 'x' })).body.message).toContain(
      'temporarily blocked from content creation',
    )
  })

  test('a connection can be cut before the work or after it', async () => {
    const repository = await scene.repository()
    const path = /\/git\/refs$/
    const { body: main } = await scene.ann.get(`${repository}/git/ref/heads/main`)
    const create = (ref: string) => scene.ann.post(`${repository}/git/refs`, { ref, sha: main.object.sha })
    scene.github.switches.refuse({ method: 'POST', path, answer: 'reset' })
    await expect(create('refs/heads/cut')).rejects.toThrow()
    expect((await scene.ann.get(`${repository}/git/ref/heads/cut`)).status).toBe(404)
    scene.github.switches.refuse({ method: 'POST', path, answer: 'lost' })
    await expect(create('refs/heads/lost')).rejects.toThrow()
    expect((await scene.ann.get(`${repository}/git/ref/heads/lost`)).status).toBe(200)
  })
})
