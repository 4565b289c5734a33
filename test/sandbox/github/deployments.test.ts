import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { eventually } from '../../support/eventually.ts'
import {
  type Body,
  commitFile,
  cutBranch,
  openScene,
  type RestClient,
  type Scene,
  tipOf,
} from '../../support/local-github.ts'

let scene: Scene
let robot: RestClient
let repository: string
let main: string

beforeAll(async () => {
  scene = await openScene()
  robot = await scene.robot()
})
afterAll(() => scene.close())
beforeEach(async () => {
  repository = await scene.repository()
  main = await tipOf(robot, repository, 'main')
})

const RECORD = { ref: 'main', required_contexts: [], auto_merge: false }
const deploy = (body: object) => robot.post(`${repository}/deployments`, body)
const report = (id: number, body: object) => robot.post(`${repository}/deployments/${id}/statuses`, body)
const statesOf = async (id: number): Promise<string[]> =>
  (await robot.get(`${repository}/deployments/${id}/statuses`)).body.map((status: Body) => status.state)

describe('a new deployment', () => {
  test('G178 merges the default branch into a branch that is behind, and is then not made', async () => {
    await cutBranch(robot, repository, 'behind')
    await commitFile(robot, repository, 'behind', { path: 'own.txt', content: 'own\n' })
    const tip = await commitFile(robot, repository, 'main', { path: 'new.txt', content: 'new\n' })
    const { status, body } = await deploy({ ref: 'behind' })
    expect({ status, body }).toEqual({ status: 202, body: { message: expect.stringMatching(/^Auto-merged main/) } })
    expect((await robot.get(`${repository}/deployments`)).body).toEqual([])
    const head = await tipOf(robot, repository, 'behind')
    const { body: merge } = await robot.get(`${repository}/git/commits/${head}`)
    expect(merge.parents.map((parent: Body) => parent.sha)).toContain(tip)
    expect((await deploy({ ref: 'behind' })).status).toBe(201)
  })

  test('G178 is made at once where the merge is not wanted, and refused where it conflicts', async () => {
    await cutBranch(robot, repository, 'behind')
    for (const branch of ['behind', 'main']) {
      await commitFile(robot, repository, branch, { path: 'same.txt', content: `${branch}\n` })
    }
    expect((await deploy({ ref: 'behind' })).status).toBe(409)
    expect((await deploy({ ref: 'behind', auto_merge: false })).status).toBe(201)
  })

  test('G179 waits for every status and check, unless none is asked for', async () => {
    await robot.post(`${repository}/statuses/${main}`, { state: 'pending', context: 'ci' })
    expect(await deploy({ ref: 'main' })).toMatchObject({
      status: 409,
      body: {
        message: expect.stringMatching(/^Conflict: Commit status checks failed for main/),
        errors: [{ field: 'required_contexts' }],
      },
    })
    expect((await deploy({ ref: 'main', required_contexts: [] })).status).toBe(201)
    await robot.post(`${repository}/statuses/${main}`, { state: 'success', context: 'ci' })
    expect((await deploy({ ref: 'main' })).status).toBe(201)
    expect((await deploy({ ref: 'main', required_contexts: ['never'] })).status).toBe(409)
  })

  test.each(['skipped', 'neutral'])('G180 takes a %s check for a failed one', async (conclusion) => {
    await robot.post(`${repository}/check-runs`, { name: 'gate', head_sha: main, conclusion })
    expect((await deploy({ ref: 'main' })).status).toBe(409)
  })

  test('G181 is blocked by the App’s own unfinished check', async () => {
    await robot.post(`${repository}/check-runs`, { name: 'gate', head_sha: main, status: 'in_progress' })
    expect((await deploy({ ref: 'main' })).status).toBe(409)
    expect((await deploy({ ref: 'main', required_contexts: [] })).status).toBe(201)
  })

  test('G182 is to production and a task `deploy` unless told', async () => {
    expect((await deploy({ ref: 'main' })).body).toMatchObject({
      sha: main,
      environment: 'production',
      task: 'deploy',
      production_environment: true,
      transient_environment: false,
      creator: { login: 'robot[bot]' },
    })
    expect((await deploy({ ref: 'main', environment: 'dev' })).body).toMatchObject({ production_environment: false })
  })

  test.each<[string, unknown]>([
    ['object', { image: 'a' }],
    ['text', 'as told'],
  ])('G186 keeps a payload that is an %s, and its event says it', async (_, payload) => {
    const { body } = await deploy({ ...RECORD, payload })
    expect((await robot.get(`${repository}/deployments/${body.id}`)).body.payload).toEqual(payload)
    const { payload: event } = await scene.webhooks.waitFor('deployment', (one) => one.deployment.id === body.id)
    expect(event.deployment.payload).toEqual(payload)
  })

  test('needs a ref that is there', async () => {
    expect(await deploy({ ref: 'none' })).toMatchObject({ status: 422, body: { message: 'No ref found for: none' } })
  })

  test('is found by commit, environment and task', async () => {
    const { body } = await deploy({ ...RECORD, environment: 'dev', task: 'lockstep:checkout' })
    await deploy({ ...RECORD, environment: 'dev', task: 'lockstep:cart' })
    const query = new URLSearchParams({ sha: main, environment: 'dev', task: 'lockstep:checkout' })
    const { body: found } = await robot.get(`${repository}/deployments?${query}`)
    expect(found.map((one: Body) => one.id)).toEqual([body.id])
  })
})

describe('the states of a deployment', () => {
  test('G183 a success makes earlier successes there inactive, and no webhook says so', async () => {
    const [older, newer] = await twoDeployments({ environment: 'dev' })
    for (const id of [older, newer]) await report(id, { state: 'success' })
    expect(await statesOf(older)).toEqual(['inactive', 'success'])
    expect(await statesOf(newer)).toEqual(['success'])
    await eventually(() => scene.github.deliveries().every(({ done }) => done))
    const told = scene.webhooks.all('deployment_status').filter(({ payload }) => payload.deployment.id === older)
    expect(told.map(({ payload }) => payload.deployment_status.state)).toEqual(['success'])
  })

  test.each<[string, object, object]>([
    ['production', { environment: 'prod', production_environment: true }, {}],
    ['a transient one', { environment: 'review', transient_environment: true }, {}],
    ['one where nobody wants it', { environment: 'dev' }, { auto_inactive: false }],
  ])('G183 leaves earlier successes in %s alone', async (_, environment, wish) => {
    const [older, newer] = await twoDeployments(environment)
    for (const id of [older, newer]) await report(id, { state: 'success', ...wish })
    expect(await statesOf(older)).toEqual(['success'])
  })

  test('G184 refuse a description of more than 140 characters', async () => {
    const { body } = await deploy(RECORD)
    expect((await report(body.id, { state: 'success', description: 'x'.repeat(140) })).status).toBe(201)
    expect((await report(body.id, { state: 'success', description: 'x'.repeat(141) })).status).toBe(422)
  })

  test('G185 decide what may be deleted: the inactive, and the only one', async () => {
    const [older, newer] = await twoDeployments({ environment: 'dev' })
    const remove = async (id: number) => (await robot.delete(`${repository}/deployments/${id}`)).status
    for (const id of [older, newer]) await report(id, { state: 'success' })
    expect(await remove(newer)).toBe(422)
    expect(await remove(older)).toBe(204)
    expect(await remove(newer)).toBe(204)
  })
})

async function twoDeployments(environment: object): Promise<[number, number]> {
  const [older, newer] = [await deploy({ ...RECORD, ...environment }), await deploy({ ...RECORD, ...environment })]
  return [older.body.id, newer.body.id]
}
