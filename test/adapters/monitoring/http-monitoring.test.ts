import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createMonitoring } from '../../../src/adapters/monitoring/http-monitoring.ts'
import type { MonitoringSource } from '../../../src/config/monitoring.ts'
import type { MetricQuery } from '../../../src/model/monitoring.ts'
import { type HttpSite, startSite } from '../../support/http-site.ts'

let site: HttpSite
let other: HttpSite
/** What the site answers next. */
let answer: (response: ServerResponse) => void
let now: number

beforeAll(async () => {
  site = await startSite((_, response) => answer(response))
  other = await startSite((_, response) => void response.end('{"state":"leaked"}'))
})
afterAll(async () => {
  await site.stop()
  await other.stop()
})
beforeEach(() => {
  now = 0
  site.seen.length = 0
  other.seen.length = 0
})

const says = (body: unknown, status = 200) => {
  answer = (response) => void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
}
const series = (...values: string[]) =>
  says({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
  })

const ENV = { TOKEN: 't0ken', USER_NAME: 'lockstep' }
const monitoring = (change: Partial<MonitoringSource> = {}) =>
  createMonitoring({ sources: [{ address: `${site.url}/team`, ...change }], env: ENV, now: () => now, timeoutMs: 300 })
const prometheus = (query = 'up'): MetricQuery => ({ kind: 'prometheus', address: `${site.url}/team`, query })
const json = (path = 'state', url = `${site.url}/team/status.json`): MetricQuery => ({ kind: 'json', url, path })
const measure = (query: MetricQuery, change?: Partial<MonitoringSource>) =>
  monitoring(change).measure('acme/shop', query)

describe('Prometheus', () => {
  test('gives the one number of a query', async () => {
    series('0.25')
    expect(await measure(prometheus('sum(rate(x{app="shop"}[5m]))'))).toEqual({ kind: 'value', value: 0.25 })
    expect(site.seen[0]?.line).toBe('GET /team/api/v1/query?query=sum(rate(x%7Bapp%3D%22shop%22%7D%5B5m%5D))')
  })

  test('gives a scalar', async () => {
    says({ status: 'success', data: { resultType: 'scalar', result: [1, '3'] } })
    expect(await measure(prometheus('scalar(up)'))).toEqual({ kind: 'value', value: 3 })
  })

  test.each([
    ['no series', () => series(), 'the query finds no series'],
    ['two series', () => series('1', '2'), 'the query finds 2 series, not one'],
    ['NaN', () => series('NaN'), 'the query gives no number (NaN)'],
    ['nothing as a value', () => series(''), 'the query gives no number (NaN)'],
    [
      'a range',
      () => says({ status: 'success', data: { resultType: 'matrix', result: [] } }),
      'its answer is not that of an instant query',
    ],
    ['an error', () => says({ status: 'error', error: 'secret' }), 'its answer is not that of an instant query'],
  ])('%s is unknown', async (_, prepare, why) => {
    prepare()
    expect(await measure(prometheus())).toEqual({ kind: 'unknown', why })
  })
})

describe('an address that answers JSON', () => {
  test.each<[string, unknown]>([
    ['state', 'ok'],
    ['items[1].ready', true],
    ['count', 7],
  ])('gives what stands at %s', async (path, value) => {
    says({ state: 'ok', count: 7, items: [{}, { ready: true }] })
    expect(await measure(json(path))).toEqual({ kind: 'value', value })
  })

  test.each([
    ['nothing there', () => says({}), 'its answer has nothing at that path'],
    ['an object there', () => says({ state: {} }), 'at that path is more than one value'],
    ['null there', () => says({ state: null }), 'at that path is more than one value'],
    ['no JSON', () => says('<html>secret</html>'), 'its answer is not JSON'],
    ['an error', () => says('secret', 500), 'it answers with status 500'],
    ['a refusal', () => says('secret', 403), 'it refuses the credentials (403)'],
    ['too much', () => says(`"${'x'.repeat(1024 ** 2)}"`), 'its answer is larger than 1 MiB'],
    ['silence', () => (answer = () => undefined), 'it takes too long to answer'],
    [
      'half an answer',
      () => (answer = (response) => void response.writeHead(200).write('{')),
      'it takes too long to answer',
    ],
    [
      'a broken connection',
      () => (answer = (response) => void response.destroy()),
      'it does not answer (UND_ERR_SOCKET)',
    ],
  ])('%s is unknown, and nothing of it is told', async (_, prepare, why) => {
    prepare()
    expect(await measure(json())).toEqual({ kind: 'unknown', why })
  })

  test.each(['other host', 'same host'])('a redirect to the %s is not followed', async (where) => {
    const to = where === 'other host' ? other.url : `${site.url}/private`
    answer = (response) => void response.writeHead(302, { location: to }).end()
    expect(await measure(json(), { tokenEnv: 'TOKEN' })).toMatchObject({
      why: 'its address sends elsewhere, which is not followed',
    })
    expect([site.seen.length, other.seen.length]).toEqual([1, 0])
  })
})

describe('what the operator lists', () => {
  const NOT_LISTED = { kind: 'unknown', why: 'the operator has not listed its address under `metrics`' }
  test.each([
    ['another path', () => `${site.url}/private/status.json`],
    ['a path that only begins alike', () => `${site.url}/team-b/status.json`],
    ['a path that leads out again', () => `${site.url}/team/../private`],
    ['an encoded one', () => `${site.url}/team/%2e%2e/private`],
    ['an encoded slash', () => `${site.url}/team/..%2fprivate`],
    ['another host', () => `${other.url}/team/status.json`],
    ['credentials in the address', () => `${site.url.replace('//', '//a:b@')}/team/status.json`],
    ['no address', () => 'http://'],
  ])('is not %s', async (_, url) => {
    expect(await measure(json('state', url()))).toEqual(NOT_LISTED)
    expect([site.seen, other.seen]).toEqual([[], []])
  })

  test('is for the repositories named', async () => {
    says({ state: 'ok' })
    expect(await measure(json(), { repositories: ['acme/cart'] })).toEqual(NOT_LISTED)
    expect(await measure(json(), { repositories: ['acme/cart', 'acme/*'] })).toEqual({ kind: 'value', value: 'ok' })
  })

  test.each([
    [{}, undefined],
    [{ tokenEnv: 'TOKEN' }, 'Bearer t0ken'],
    [{ tokenEnv: 'TOKEN', usernameEnv: 'USER_NAME' }, `Basic ${Buffer.from('lockstep:t0ken').toString('base64')}`],
  ])('%j sends %s', async (change, authorization) => {
    says({ state: 'ok' })
    await measure(json(), change)
    expect(site.seen[0]?.authorization).toBe(authorization)
  })

  test('names a variable that is not set, and asks nobody', async () => {
    expect(await measure(json(), { tokenEnv: 'NONE' })).toMatchObject({ why: 'NONE is not set where Lockstep runs' })
    expect(site.seen).toEqual([])
  })
})

test('whoever asks the same within 15 seconds gets the same, also while it is being asked', async () => {
  says({ state: 'ok' })
  const shared = monitoring()
  const both = await Promise.all([shared.measure('acme/shop', json()), shared.measure('acme/cart', json())])
  expect(both).toEqual([
    { kind: 'value', value: 'ok' },
    { kind: 'value', value: 'ok' },
  ])
  says({ state: 'bad' })
  now = 14_999
  expect(await shared.measure('acme/shop', json())).toEqual({ kind: 'value', value: 'ok' })
  expect(site.seen).toHaveLength(1)
  now = 15_000
  expect(await shared.measure('acme/shop', json())).toEqual({ kind: 'value', value: 'bad' })
})
