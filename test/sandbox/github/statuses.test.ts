import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openScene, type RestClient, type Scene, tipOf } from '../../support/local-github.ts'

let scene: Scene
let robot: RestClient
let repository: string
let sha: string

beforeAll(async () => {
  scene = await openScene()
  robot = await scene.robot()
})
afterAll(() => scene.close())
beforeEach(async () => {
  repository = await scene.repository()
  sha = await tipOf(robot, repository, 'main')
})

const report = (body: object) => robot.post(`${repository}/statuses/${sha}`, body)
const combined = async () => (await robot.get(`${repository}/commits/${sha}/status`)).body

describe('commit statuses', () => {
  test('G134 refuse a description of more than 140 characters', async () => {
    expect(await report({ state: 'success', description: 'x'.repeat(140) })).toMatchObject({ status: 201 })
    expect(await report({ state: 'success', description: 'x'.repeat(141) })).toMatchObject({
      status: 422,
      body: { errors: [{ resource: 'Status', field: 'description', code: 'custom' }] },
    })
  })

  test('G136 end at a thousand of one context on a commit', async () => {
    const { statuses } = scene.github.repository('acme', repository.split('/').at(-1) ?? '')
    await report({ state: 'success', context: 'ci' })
    const [first] = statuses
    if (!first) throw new Error('just reported')
    statuses.push(...Array.from({ length: 999 }, () => first))
    expect(await report({ state: 'success', context: 'ci' })).toMatchObject({ status: 422 })
    expect(await report({ state: 'success', context: 'other' })).toMatchObject({ status: 201 })
  })

  test('G137 are combined from the latest of each context, pending where there is none, without check runs', async () => {
    expect(await combined()).toMatchObject({ state: 'pending', total_count: 0, statuses: [] })
    await robot.post(`${repository}/check-runs`, { name: 'gate', head_sha: sha, conclusion: 'failure' })
    await report({ state: 'failure', context: 'ci' })
    expect(await combined()).toMatchObject({ state: 'failure', total_count: 1 })
    await report({ state: 'pending', context: 'ci' })
    expect(await combined()).toMatchObject({ state: 'pending', total_count: 1 })
    await report({ state: 'success', context: 'ci' })
    expect(await combined()).toMatchObject({ state: 'success', statuses: [{ context: 'ci', state: 'success' }] })
    await report({ state: 'error', context: 'lint' })
    expect(await combined()).toMatchObject({ state: 'failure', total_count: 2 })
  })

  test('G138 have the context `default` unless told, whatever its case', async () => {
    expect((await report({ state: 'failure' })).body).toMatchObject({ context: 'default' })
    await report({ state: 'success', context: 'DEFAULT' })
    expect(await combined()).toMatchObject({ state: 'success', total_count: 1 })
  })

  test('are listed newest first, all of them', async () => {
    for (const state of ['pending', 'success']) await report({ state })
    const { body } = await robot.get(`${repository}/commits/main/statuses`)
    expect(body.map((status: { state: string }) => status.state)).toEqual(['success', 'pending'])
  })

  test('need a commit that is there and a state that GitHub knows', async () => {
    expect(await robot.post(`${repository}/statuses/${'a'.repeat(40)}`, { state: 'success' })).toMatchObject({
      status: 404,
    })
    expect(await report({ state: 'fine' })).toMatchObject({ status: 422 })
    expect(await scene.rita.post(`${repository}/statuses/${sha}`, { state: 'success' })).toMatchObject({ status: 403 })
  })
})
