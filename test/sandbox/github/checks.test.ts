import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { requestAction } from '../../../sandbox/github/checks/runs.ts'
import {
  ALL_PERMISSIONS,
  RestClient as Client,
  commitFile,
  openPull,
  openScene,
  type RestClient,
  type Scene,
  signJwt,
  tipOf,
} from '../../support/local-github.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'

let scene: Scene
let robot: RestClient
let other: RestClient
let othersWebhooks: WebhookReceiver
beforeAll(async () => {
  scene = await openScene()
  robot = await scene.robot()
  othersWebhooks = await startWebhookReceiver()
  const app = scene.github.registerApp({
    slug: 'other',
    name: 'Other',
    owner: 'acme',
    permissions: ALL_PERMISSIONS,
    events: ['check_run', 'check_suite'],
    webhookUrl: othersWebhooks.url,
  })
  const installation = scene.github.installApp('other', 'acme', 'all')
  const jwt = signJwt({ iss: app.appId, key: app.privateKeyPem })
  const minted = await new Client(scene.github.apiUrl, `Bearer ${jwt}`).post(
    `/app/installations/${installation}/access_tokens`,
  )
  other = new Client(scene.github.apiUrl, `Bearer ${minted.body.token}`)
})
afterAll(async () => {
  await othersWebhooks.close()
  await scene.close()
})

const output = { title: 'Title', summary: 'Summary' }

async function withRun(request: object = {}) {
  const repository = await scene.repository()
  const sha = await tipOf(scene.ann, repository, 'main')
  const { body } = await robot.post(`${repository}/check-runs`, { name: 'gate', head_sha: sha, ...request })
  return { repository, sha, run: body, path: `${repository}/check-runs/${body.id}` }
}

describe('check runs', () => {
  test('G116 need a name and a commit that exists', async () => {
    const { repository, sha } = await withRun()
    const missing = await robot.post(`${repository}/check-runs`, { name: 'x' })
    expect([missing.status, missing.body.message]).toEqual([
      422,
      expect.stringContaining('"head_sha" wasn\'t supplied'),
    ])
    const unknown = await robot.post(`${repository}/check-runs`, { name: 'x', head_sha: '1'.repeat(40) })
    expect([unknown.status, unknown.body.message]).toEqual([422, `No commit found for SHA: ${'1'.repeat(40)}`])
    expect((await robot.post(`${repository}/check-runs`, { name: 'x', head_sha: sha })).status).toBe(201)
  })

  test('only Apps write them', async () => {
    const { repository, sha } = await withRun()
    expect((await scene.ann.post(`${repository}/check-runs`, { name: 'x', head_sha: sha })).status).toBe(403)
  })

  test('G117 another App cannot touch a run', async () => {
    const { path } = await withRun()
    const { status, body } = await other.patch(path, { conclusion: 'success' })
    expect(status).toBe(403)
    expect(body.message).toBe(
      `Invalid app_id \`${scene.appId}\` - check run can only be modified by the GitHub App that created it.`,
    )
  })

  test.each(['queued', 'in_progress'])('G118 a completed run does not go back to %s', async (status) => {
    const { path } = await withRun({ conclusion: 'failure' })
    await robot.patch(path, { status })
    expect((await robot.get(path)).body).toMatchObject({ status: 'completed', conclusion: 'failure' })
    await robot.patch(path, { conclusion: 'success' })
    expect((await robot.get(path)).body).toMatchObject({ status: 'completed', conclusion: 'success' })
  })

  test('G119 a conclusion means completed, and completed needs a conclusion; stale cannot be set', async () => {
    const { run, path } = await withRun({ conclusion: 'success' })
    expect(run).toMatchObject({ status: 'completed', conclusion: 'success', completed_at: expect.any(String) })
    const open = await withRun()
    expect((await robot.patch(open.path, { status: 'completed' })).status).toBe(422)
    expect((await robot.patch(open.path, { completed_at: '2026-01-01T00:00:00Z' })).status).toBe(422)
    expect((await robot.patch(path, { conclusion: 'stale' })).status).toBe(422)
  })

  test('G120 conclusion null answers 422 Invalid request', async () => {
    const { path } = await withRun()
    const { status, body } = await robot.patch(path, { conclusion: null })
    expect(status).toBe(422)
    expect(body.message).toMatch(/^Invalid request\./)
  })

  test('G121 output needs title and summary, each text at most 65,535', async () => {
    const { path } = await withRun()
    expect((await robot.patch(path, { output: { title: 'x' } })).status).toBe(422)
    expect((await robot.patch(path, { output: { summary: 'x' } })).status).toBe(422)
    const long = 'x'.repeat(65_536)
    expect((await robot.patch(path, { output: { ...output, summary: long } })).status).toBe(422)
    expect((await robot.patch(path, { output: { ...output, text: long } })).status).toBe(422)
    expect((await robot.patch(path, { output: { ...output, text: long.slice(1) } })).status).toBe(200)
  })

  test('G122 annotations come 50 a request and are added by every PATCH', async () => {
    const { path } = await withRun()
    const annotation = { path: 'README.md', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'x' }
    const send = (annotations: object[]) => robot.patch(path, { output: { ...output, annotations } })
    expect((await send(Array(51).fill(annotation))).status).toBe(422)
    await send(Array(50).fill(annotation))
    await send([annotation])
    expect((await robot.get(path)).body.output.annotations_count).toBe(51)
    expect((await robot.get(`${path}/annotations?per_page=100`)).body).toHaveLength(51)
    expect((await send([{ ...annotation, message: 'x'.repeat(65_537) }])).status).toBe(422)
    expect((await send([{ ...annotation, title: 'x'.repeat(256) }])).status).toBe(422)
    expect((await send([{ ...annotation, end_line: 2, start_column: 1 }])).status).toBe(422)
  })

  test('G123 at most three actions with short words, keyed identifier', async () => {
    const { path } = await withRun()
    const action = { label: 'Heal', description: 'Apply again', identifier: 'heal' }
    const send = (...actions: object[]) => robot.patch(path, { actions })
    expect((await send(action, action, action, action)).status).toBe(422)
    expect((await send({ ...action, label: 'x'.repeat(21) })).status).toBe(422)
    expect((await send({ ...action, description: 'x'.repeat(41) })).status).toBe(422)
    expect((await send({ ...action, identifier: 'x'.repeat(21) })).status).toBe(422)
    expect((await send({ label: 'Heal', description: 'x', id: 'heal' })).status).toBe(422)
    expect((await send(action)).status).toBe(200)
  })

  test('G124 without details_url it leads to the App', async () => {
    const { run } = await withRun()
    expect(run.details_url).toBe(run.app.external_url)
  })

  test('G125 the same name twice makes two runs; lists show the newest unless asked for all', async () => {
    const { repository, sha, run } = await withRun({ conclusion: 'failure' })
    const { body: newer } = await robot.post(`${repository}/check-runs`, { name: 'gate', head_sha: sha })
    const list = async (query: string) =>
      (await robot.get(`${repository}/commits/${sha}/check-runs${query}`)).body.check_runs.map(
        (one: { id: number }) => one.id,
      )
    expect(await list('')).toEqual([newer.id])
    expect(await list('?filter=all')).toEqual([newer.id, run.id])
    expect(await list('?check_name=nothing')).toEqual([])
    expect(await list(`?app_id=${scene.appId}`)).toEqual([newer.id])
  })

  test('runs are found by branch as well, slashes included', async () => {
    const { repository } = await withRun()
    const head_sha = await commitFile(scene.ann, repository, 'a/b', { path: 'x', content: 'x' })
    await robot.post(`${repository}/check-runs`, { name: 'gate', head_sha })
    for (const ref of ['a/b', 'a%2Fb', 'heads/a%2Fb']) {
      expect((await robot.get(`${repository}/commits/${ref}/check-runs`)).body.total_count).toBe(1)
    }
  })
})

describe('suites', () => {
  test('G127 one for each App and commit, made by the push; the worst conclusion is theirs', async () => {
    const repository = await scene.repository()
    const sha = await commitFile(scene.ann, repository, 'main', { path: 'x', content: 'x' })
    const suites = async () => (await robot.get(`${repository}/commits/${sha}/check-suites?app_id=${scene.appId}`)).body
    expect((await suites()).total_count).toBe(1)
    await robot.post(`${repository}/check-runs`, { name: 'a', head_sha: sha, conclusion: 'success' })
    expect((await suites()).check_suites[0]).toMatchObject({ status: 'completed', conclusion: 'success' })
    await robot.post(`${repository}/check-runs`, { name: 'b', head_sha: sha, conclusion: 'failure' })
    await robot.post(`${repository}/check-runs`, { name: 'c', head_sha: sha, conclusion: 'neutral' })
    const { total_count, check_suites } = await suites()
    expect([total_count, check_suites[0].conclusion]).toEqual([1, 'failure'])
  })

  test('G128 the push tells every App with checks:write, unless the commit skips checks', async () => {
    const repository = await scene.repository()
    const name = repository.split('/').at(-1)
    const sha = await commitFile(scene.ann, repository, 'main', { path: 'x', content: 'x' })
    const requested = (webhooks: WebhookReceiver) =>
      webhooks.waitFor(
        'check_suite.requested',
        (event) => event.repository.name === name && event.check_suite.head_sha === sha,
      )
    expect((await requested(scene.webhooks)).payload.check_suite.app.slug).toBe('robot')
    expect((await requested(othersWebhooks)).payload.check_suite.app.slug).toBe('other')
    const request = { message: 'x\n\n\nskip-checks: true', content: '', branch: 'main' }
    const { body } = await scene.ann.put(`${repository}/contents/y`, request)
    expect((await robot.get(`${repository}/commits/${body.commit.sha}/check-suites`)).body.total_count).toBe(0)
  })

  test('G133 POST answers 201 for a new one and 200 for the one there is', async () => {
    const repository = await scene.repository()
    const head_sha = await tipOf(scene.ann, repository, 'main')
    const make = () => robot.post(`${repository}/check-suites`, { head_sha })
    expect([(await make()).status, (await make()).status]).toEqual([201, 200])
  })

  test('G131 the head of a fork has no branch and no pull requests', async () => {
    const repository = await scene.repository()
    const name = repository.split('/').at(-1) ?? ''
    await scene.github.forkRepository('acme', name, 'eve')
    const sha = await commitFile(scene.eve, `/repos/eve/${name}`, 'topic', { path: 'x', content: 'x' })
    await scene.eve.post(`${repository}/pulls`, { title: 'x', head: 'eve:topic', base: 'main' })
    const { status, body } = await robot.post(`${repository}/check-runs`, { name: 'gate', head_sha: sha })
    expect([status, body.pull_requests]).toEqual([201, []])
    expect((await robot.get(`${repository}/check-suites/${body.check_suite.id}`)).body.head_branch).toBeNull()
  })

  test('G132 otherwise the open ones of that commit or branch', async () => {
    const repository = await scene.repository()
    const pull = await openPull(scene.bob, repository, 'topic')
    const { body } = await robot.post(`${repository}/check-runs`, { name: 'gate', head_sha: pull.head.sha })
    expect(body.pull_requests.map((one: { number: number }) => one.number)).toEqual([pull.number])
  })
})

describe('wishes', () => {
  test('G129 G130 rerequest tells only the owner, puts the suite back and leaves the run', async () => {
    const { path, run, repository } = await withRun({ conclusion: 'failure' })
    expect((await robot.post(`${path}/rerequest`)).status).toBe(201)
    const { payload } = await scene.webhooks.waitFor('check_run.rerequested', (event) => event.check_run.id === run.id)
    expect(payload.check_run).toMatchObject({
      status: 'completed',
      conclusion: 'failure',
      check_suite: { status: 'completed' },
    })
    expect((await robot.get(path)).body).toMatchObject({ status: 'completed', conclusion: 'failure' })
    expect((await robot.get(`${repository}/check-suites/${run.check_suite.id}`)).body).toMatchObject({
      status: 'queued',
      conclusion: null,
    })
    await othersWebhooks.waitFor('check_run.completed', (event) => event.check_run.id === run.id)
    expect(othersWebhooks.all('check_run.rerequested')).toEqual([])
  })

  test('G129 a pressed button reaches the owner with its identifier and who pressed it', async () => {
    const { run, repository } = await withRun({
      conclusion: 'failure',
      actions: [{ label: 'Heal', description: 'Apply again', identifier: 'heal' }],
    })
    const stored = scene.github.repository('acme', repository.split('/').at(-1) ?? '')
    const checkRun = stored.checkRuns.get(run.id)
    const bob = scene.github.world.account('bob')
    if (!checkRun || !bob) throw new Error('unreachable')
    await requestAction(scene.github.world, stored, checkRun, 'heal', bob)
    const { payload } = await scene.webhooks.waitFor(
      'check_run.requested_action',
      (event) => event.check_run.id === run.id,
    )
    expect([payload.requested_action, payload.sender.login]).toEqual([{ identifier: 'heal' }, 'bob'])
    expect(othersWebhooks.all('check_run.requested_action')).toEqual([])
  })

  test('G129 G145 everybody else hears created and completed, our own included; no updated', async () => {
    const { path, run } = await withRun({ status: 'in_progress' })
    await robot.patch(path, { output })
    await robot.patch(path, { conclusion: 'success' })
    for (const webhooks of [scene.webhooks, othersWebhooks]) {
      const mine = (event: { check_run: { id: number } }) => event.check_run.id === run.id
      const { payload } = await webhooks.waitFor('check_run.completed', mine)
      expect(payload.sender).toMatchObject({ login: 'robot[bot]', type: 'Bot' })
      const actions = webhooks
        .all('check_run')
        .filter((one) => mine(one.payload))
        .map((one) => one.payload.action)
      expect(actions.toSorted()).toEqual(['completed', 'created'])
    }
  })
})
