import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { selectRepositories } from '../../../sandbox/github/apps/install.ts'
import { eventually } from '../../support/eventually.ts'
import { type Body, openPull, openScene, type Scene, SECRET } from '../../support/local-github.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ webhookDeadline: 300 })
})
afterEach(() => {
  scene.webhooks.answer = 200
})
afterAll(() => scene.close())

const hmac = (algorithm: string, text: string): string => createHmac(algorithm, SECRET).update(text).digest('hex')

/** The delivery log as the App reads it, once this webhook is in it. */
async function logged(fits: (line: Body) => boolean): Promise<Body> {
  return eventually(async () => {
    const { body } = await scene.app().get('/app/hook/deliveries?per_page=100')
    return body.find(fits)
  })
}

/** One `issues.opened` that can be told from the others by its title. */
async function newIssue(title: string): Promise<void> {
  const repository = await scene.repository()
  await scene.ann.post(`${repository}/issues`, { title })
}

const about = (title: string) => (payload: Body) => payload.issue?.title === title

describe('a delivery', () => {
  test('G197 has GitHub’s headers', async () => {
    await newIssue('headers')
    const { headers, raw } = await scene.webhooks.waitFor('issues.opened', about('headers'))
    expect(headers).toMatchObject({
      'x-github-event': 'issues',
      'x-github-delivery': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
      'x-github-hook-id': expect.stringMatching(/^\d+$/),
      'x-github-hook-installation-target-id': String(scene.appId),
      'x-github-hook-installation-target-type': 'integration',
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
      'content-type': 'application/json',
      'x-hub-signature': `sha1=${hmac('sha1', raw)}`,
    })
  })

  test('G198 is signed over its bytes; form content type and no secret are possible', async () => {
    await newIssue('signed ✓')
    const signed = await scene.webhooks.waitFor('issues.opened', about('signed ✓'))
    expect(signed.headers['x-hub-signature-256']).toBe(`sha256=${hmac('sha256', signed.raw)}`)
    await scene.app().patch('/app/hook/config', { content_type: 'form' })
    await newIssue('a form')
    const form = await scene.webhooks.waitFor('issues.opened', about('a form'))
    expect(form.raw).toMatch(/^payload=%7B/)
    expect(form.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(form.headers['x-hub-signature-256']).toBe(`sha256=${hmac('sha256', form.raw)}`)
    const { webhook } = scene.github.app('robot')
    await scene.app().patch('/app/hook/config', { content_type: 'json' })
    delete webhook.secret
    await newIssue('unsigned')
    const unsigned = await scene.webhooks.waitFor('issues.opened', about('unsigned'))
    webhook.secret = SECRET
    expect(unsigned.headers).not.toHaveProperty('x-hub-signature-256')
  })

  test('G206 names the installation by id alone, the repository and sender in full', async () => {
    await newIssue('installation')
    const { payload } = await scene.webhooks.waitFor('issues.opened', about('installation'))
    expect(payload.installation).toEqual({ id: scene.installation, node_id: expect.any(String) })
    expect(payload).toMatchObject({
      repository: { owner: { login: 'acme' } },
      organization: { login: 'acme' },
      sender: { login: 'ann' },
    })
  })

  test('goes only to Apps that subscribed and may see the event', async () => {
    const app = scene.github.app('robot')
    const [installation] = scene.github.world.installations.values()
    if (!installation) throw new Error('unreachable')
    const { events, permissions } = installation
    installation.events = events.filter((event) => event !== 'issues')
    await newIssue('unsubscribed')
    installation.events = events
    installation.permissions = { ...permissions, issues: undefined, pull_requests: undefined } as never
    await newIssue('forbidden')
    installation.permissions = permissions
    await newIssue('heard')
    await scene.webhooks.waitFor('issues.opened', about('heard'))
    const titles = scene.webhooks.all('issues').map((one) => one.payload.issue.title)
    expect(titles).not.toContain('unsubscribed')
    expect(titles).not.toContain('forbidden')
    expect(app.events).toContain('issues')
  })
})

describe('failures and redelivery', () => {
  test('G199 a redelivery has the same GUID; the log has a new line for it', async () => {
    await newIssue('again')
    const first = await scene.webhooks.waitFor('issues.opened', about('again'))
    const guid = first.headers['x-github-delivery']
    const line = await logged((one) => one.guid === guid)
    expect((await scene.app().post(`/app/hook/deliveries/${line.id}/attempts`)).status).toBe(202)
    await eventually(
      () => scene.webhooks.received.filter((one) => one.headers['x-github-delivery'] === guid).length === 2,
    )
    const again = await logged((one) => one.guid === guid && one.redelivery)
    expect(again.id).not.toBe(line.id)
    const [one, two] = scene.webhooks.received.filter((each) => each.headers['x-github-delivery'] === guid)
    expect(two?.raw).toBe(one?.raw)
    const { body: whole } = await scene.app().get(`/app/hook/deliveries/${again.id}`)
    expect(whole).toMatchObject({
      status: 'OK',
      status_code: 200,
      request: { payload: { action: 'opened' } },
      response: { payload: 'thanks' },
    })
  })

  test('G200 a failed delivery is not repeated by itself, and too old after three days', async () => {
    scene.webhooks.answer = 500
    await newIssue('failed')
    const line = await logged((one) => one.event === 'issues' && one.status_code === 500)
    scene.webhooks.answer = 200
    await newIssue('later')
    await scene.webhooks.waitFor('issues.opened', about('later'))
    expect(scene.webhooks.all('issues.opened').filter((one) => about('failed')(one.payload))).toHaveLength(1)
    const { body } = await scene.app().get('/app/hook/deliveries?status=failure')
    expect(body.map((one: Body) => one.id)).toContain(line.id)
    const stored = scene.github.deliveries().find((one) => one.id === line.id)
    if (stored) stored.deliveredAt = '2020-01-01T00:00:00Z'
    expect((await scene.app().post(`/app/hook/deliveries/${line.id}/attempts`)).status).toBe(422)
  })

  test('G201 no answer within the deadline is a failure and the connection is cut', async () => {
    scene.webhooks.answer = 'hang'
    await newIssue('slow')
    const slow = await logged((one) => one.status === 'timed out')
    expect(slow.status_code).toBeGreaterThanOrEqual(400)
  })

  test('a receiver that is not there is a failure too', async () => {
    scene.github.setWebhookUrl('robot', 'http://127.0.0.1:1/hooks')
    await newIssue('nobody')
    await logged((one) => one.status === 'failed to connect to host')
    scene.github.setWebhookUrl('robot', scene.webhooks.url)
  })

  test('G011 G209 the log is paged by cursor and opens to the App alone', async () => {
    const first = await scene.app().get('/app/hook/deliveries?per_page=2')
    expect(first.body).toHaveLength(2)
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    expect(next).toContain('cursor=')
    const { body } = await scene.app().get(next)
    expect(body[0].id).toBeLessThan(first.body[1].id)
    expect((await scene.ann.get('/app/hook/deliveries')).status).toBe(401)
  })
})

describe('disorder', () => {
  test('G202 deliveries can be lost and doubled', async () => {
    scene.github.switches.nextDelivery('issues.opened', 'drop')
    await newIssue('lost')
    scene.github.switches.nextDelivery('issues', 'duplicate')
    await newIssue('twice')
    await eventually(() => scene.webhooks.all('issues').filter((one) => about('twice')(one.payload)).length === 2)
    const [one, two] = scene.webhooks.all('issues').filter((each) => about('twice')(each.payload))
    expect(two?.headers['x-github-delivery']).toBe(one?.headers['x-github-delivery'])
    expect(scene.webhooks.all('issues').filter((each) => about('lost')(each.payload))).toEqual([])
  })

  test('G202 deliveries can come late and in another order', async () => {
    scene.github.switches.holdDeliveries()
    const repository = await scene.repository()
    const { number } = await openPull(scene.bob, repository, 'topic')
    await scene.bob.patch(`${repository}/pulls/${number}`, { state: 'closed' })
    const name = repository.split('/').at(-1)
    const mine = () => scene.webhooks.received.filter((one) => one.payload.repository?.name === name)
    expect(mine()).toEqual([])
    scene.github.switches.releaseDeliveries()
    await eventually(() => mine().some((one) => one.event === 'create'))
    const order = scene.github.deliveries().filter((one) => one.repositoryId === mine()[0]?.payload.repository.id)
    const pulls = order.filter((one) => one.event === 'pull_request').map((one) => one.action)
    expect(pulls).toEqual(['closed', 'opened'])
  })

  test('G208 events and actions nobody asked about keep coming', async () => {
    const repository = await scene.repository()
    const { number } = await openPull(scene.bob, repository, 'topic')
    await scene.bob.post(`${repository}/pulls/${number}/requested_reviewers`, { reviewers: ['ann'] })
    await scene.webhooks.waitFor('pull_request.review_requested')
  })
})

describe('installations', () => {
  test('G207 from all to selected the list of removed ones is empty', async () => {
    const own = await openScene()
    await own.repository()
    const installation = own.github.world.installations.get(own.installation)
    if (!installation) throw new Error('unreachable')
    selectRepositories(own.github.world, installation, [], installation.account)
    const { payload } = await own.webhooks.waitFor('installation_repositories.removed')
    own.github.suspend(own.installation)
    const suspended = await own.webhooks.waitFor('installation.suspend')
    own.github.uninstallApp(own.installation)
    await own.webhooks.waitFor('installation.deleted')
    const created = await own.webhooks.waitFor('installation.created')
    await own.close()
    expect(payload).toMatchObject({ repository_selection: 'selected', repositories_removed: [] })
    expect(suspended.payload).not.toHaveProperty('repositories')
    expect(created.payload.installation.permissions).toMatchObject({ contents: 'write' })
  })

  test('G210 a renamed repository is announced with its old name', async () => {
    const repository = await scene.repository()
    await scene.ann.patch(repository, { name: 'other-name' })
    const { payload } = await scene.webhooks.waitFor('repository.renamed')
    expect(payload.changes.repository.name.from).toBe(repository.split('/').at(-1))
  })
})
