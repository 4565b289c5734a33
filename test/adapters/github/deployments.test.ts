import { expect, test } from '@jest/globals'
import nock from 'nock'
import { API, AT, SHA } from '../../support/github-names.ts'
import { gitHubOverNock, once } from '../../support/github-over-nock.ts'

const REPORT = {
  environment: 'prod',
  application: 'checkout',
  sha: SHA,
  state: 'success',
  description: 'Healthy',
} as const
const STATUSES = `${AT}/deployments/3/statuses`
const earlierAre = (...ids: number[]) =>
  nock(API)
    .get(`${AT}/deployments`)
    .query({ environment: 'prod', task: 'lockstep:checkout', per_page: 10 })
    .reply(
      200,
      [3, ...ids].map((id) => ({ id })),
    )

test('a deployment never merges, waits for no check, and leaves those of other applications active', async () => {
  const { repository } = gitHubOverNock()
  const query = { sha: SHA, environment: 'prod', task: 'lockstep:checkout', per_page: 100 }
  nock(API).get(`${AT}/deployments`).query(query).reply(200, [])
  const body = {
    ref: SHA,
    environment: 'prod',
    task: 'lockstep:checkout',
    description: 'checkout to prod',
    auto_merge: false,
    required_contexts: [],
  }
  nock(API).post(`${AT}/deployments`, body).reply(201, { id: 3 })
  once(['GET', STATUSES]).reply(200, [])
  const status = nock(API)
    .post(STATUSES, { state: 'success', description: 'Healthy', auto_inactive: false })
    .reply(201, {})
  earlierAre()
  await repository.deployments.record(REPORT)
  expect(status.isDone()).toBe(true)
})

test('its success makes those of earlier revisions inactive, back to the last that is', async () => {
  const { repository } = gitHubOverNock()
  once(['GET', `${AT}/deployments`]).reply(200, [{ id: 3 }])
  once(['GET', STATUSES]).reply(200, [])
  once(['POST', STATUSES]).reply(201, {})
  earlierAre(2, 1, 0)
  once(['GET', `${AT}/deployments/2/statuses`]).reply(200, [{ id: 1, state: 'success', description: '' }])
  const body = { state: 'inactive', description: 'A later revision runs.', auto_inactive: false }
  const retired = nock(API).post(`${AT}/deployments/2/statuses`, body).reply(201, {})
  nock(API)
    .get(`${AT}/deployments/2/statuses`)
    .query(true)
    .reply(200, [{ id: 1, state: 'success', description: '' }])
  nock(API)
    .get(`${AT}/deployments/1/statuses`)
    .query(true)
    .reply(200, [{ id: 1, state: 'inactive', description: '' }])
  await repository.deployments.record(REPORT)
  expect(retired.isDone()).toBe(true)
})

test('one that nobody made is not made for what is no deployment', async () => {
  const { repository } = gitHubOverNock()
  once(['GET', `${AT}/deployments`]).reply(200, [])
  await repository.deployments.record({ ...REPORT, onlyKnown: true })
})

test('one that was recorded gets only a status that is new', async () => {
  const { repository } = gitHubOverNock()
  once(['GET', `${AT}/deployments`]).reply(200, [{ id: 3 }])
  const older = { id: 1, state: 'success', description: 'Healthy' }
  once(['GET', STATUSES]).reply(200, [older, { id: 2, state: 'in_progress', description: 'Applying' }])
  const status = once(['POST', STATUSES]).reply(201, {})
  earlierAre()
  await repository.deployments.record(REPORT)
  expect(status.isDone()).toBe(true)
})

test('what was said is not said again, long descriptions included', async () => {
  const { repository } = gitHubOverNock()
  const description = 'x'.repeat(200)
  once(['GET', `${AT}/deployments`]).reply(200, [{ id: 3 }])
  once(['GET', STATUSES]).reply(200, [{ id: 1, state: 'success', description: 'x'.repeat(140) }])
  await repository.deployments.record({ ...REPORT, description })
})

test('a deployment whose answer was lost is found, not made twice', async () => {
  const { repository } = gitHubOverNock()
  once(['GET', `${AT}/deployments`]).reply(200, [])
  once(['POST', `${AT}/deployments`]).replyWithError('socket hang up')
  once(['GET', `${AT}/deployments`]).reply(200, [{ id: 3 }])
  once(['GET', STATUSES]).reply(200, [])
  once(['POST', STATUSES]).reply(201, {})
  earlierAre()
  await repository.deployments.record(REPORT)
})

test('an answer without a deployment is a refusal', async () => {
  const { repository } = gitHubOverNock()
  once(['GET', `${AT}/deployments`]).reply(200, [])
  once(['POST', `${AT}/deployments`]).reply(202, { message: 'Auto-merged main into topic.' })
  await expect(repository.deployments.record(REPORT)).rejects.toMatchObject({ code: 'GITHUB_REFUSED' })
})
