import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { createMemoryStatusBoard } from '../../../src/adapters/status/memory-status-board.ts'
import { createRedisStatusBoard } from '../../../src/adapters/status/redis-status-board.ts'
import type { StatusBoard, TargetStatus } from '../../../src/model/target-status.ts'
import { startRedis, type TestRedis } from '../../support/redis.ts'

const status = (application: string, health: TargetStatus['health'] = 'Healthy'): TargetStatus => ({
  target: { application, environment: 'prod', cluster: 'eu' },
  revision: 'a'.repeat(40),
  sync: 'OutOfSync',
  health,
  drift: [{ object: 'Deployment/x', path: '.spec.replicas', desired: '2', live: '5', since: '2026-01-01T00:00:00Z' }],
  problems: [],
  observedAt: '2026-01-01T00:00:00Z',
})

let server: TestRedis
let client: Redis

beforeAll(async () => {
  server = await startRedis()
  client = new Redis(server.url)
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

describe.each<[name: string, create: () => StatusBoard]>([
  ['in the process', createMemoryStatusBoard],
  ['on Redis', () => createRedisStatusBoard(client)],
])('the status board %s', (name, create) => {
  const repository = `acme/${name.replaceAll(' ', '-')}`

  test('knows nothing before it is told', async () => {
    expect(await create().list(repository)).toEqual([])
  })

  test('gives back the newest status of each target, whole', async () => {
    const board = create()
    await board.put(repository, status('checkout', 'Progressing'))
    await board.put(repository, status('cart'))
    await board.put(repository, status('checkout'))
    const listed = await board.list(repository)
    expect(listed.toSorted((a, b) => a.target.application.localeCompare(b.target.application))).toEqual([
      status('cart'),
      status('checkout'),
    ])
  })

  test('finds one target, and nothing of another', async () => {
    const board = create()
    await board.put(repository, status('checkout'))
    expect(await board.get(repository, status('checkout').target)).toEqual(status('checkout'))
    expect(await board.get(repository, status('unheard').target)).toBeUndefined()
  })

  test('takes the word that statuses are still true, unless something newer was said', async () => {
    const board = create()
    const newer = { ...status('cart'), observedAt: '2026-01-01T00:02:00Z' }
    for (const one of [status('checkout'), newer]) await board.put(repository, one)
    const targets = [status('checkout'), newer, status('unheard')].map(({ target }) => target)
    await board.touch(repository, targets, '2026-01-01T00:01:00Z')
    await board.touch(repository, [], '2026-01-01T00:03:00Z')
    const seen = await Promise.all(targets.map((target) => board.get(repository, target)))
    expect(seen.map((one) => one?.observedAt)).toEqual(['2026-01-01T00:01:00Z', newer.observedAt, undefined])
    expect((await board.list(repository)).map(({ observedAt }) => observedAt).sort()).toEqual(
      seen.flatMap((one) => one?.observedAt ?? []),
    )
    await board.put(repository, status('checkout', 'Degraded'))
    expect(await board.get(repository, status('checkout').target)).toMatchObject({ health: 'Degraded' })
  })

  test('knows who waits for a target now, and for nobody else', async () => {
    const board = create()
    const waits = (name: string, ...waitsOn: string[]) => board.put(repository, { ...status(name), waitsOn })
    const waiting = async (name: string) =>
      (await board.waitingFor(repository, status(name).target)).map(({ application }) => application).sort()
    await board.put(repository, status('database'))
    expect(await waiting('database')).toEqual([])
    await waits('web', 'database/prod/eu', 'queue/prod/eu')
    await waits('api', 'database/prod/eu')
    expect([await waiting('database'), await waiting('queue'), await waiting('web')]).toEqual([
      ['api', 'web'],
      ['web'],
      [],
    ])
    expect(await board.waitingFor(`${repository}-other`, status('database').target)).toEqual([])
    await board.put(repository, status('api'))
    await waits('web', 'queue/prod/eu')
    expect([await waiting('database'), await waiting('queue')]).toEqual([[], ['web']])
    await waits('api', 'database/prod/eu')
    expect(await waiting('database')).toEqual(['api'])
  })

  test('says of every target why the configuration of its repository cannot be read, until it can be', async () => {
    const board = create()
    const faulty = `${repository}-faulty`
    const problem = { code: 'CONFIG_SYNTAX', message: 'no', file: '.lockstep.yaml', line: 3, remedy: 'mend it' }
    const fault = { problems: [problem], since: '2026-01-01T00:00:00Z' }
    const faults = async () => (await board.list(faulty)).map(({ configurationFault }) => configurationFault)
    const { target } = status('checkout')
    await Promise.all([board.put(faulty, status('checkout')), board.put(faulty, status('cart'))])
    const count = (await faults()).length
    await board.putConfigurationFault(faulty, fault)
    expect(await board.configurationFault(faulty)).toEqual(fault)
    expect(await faults()).toEqual(Array(count).fill(fault))
    const seen = await board.get(faulty, target)
    expect(seen).toEqual({ ...status('checkout'), configurationFault: fault })
    await board.put(faulty, seen as TargetStatus)
    await board.touch(faulty, [target], '2026-01-01T00:09:00Z')
    expect((await board.get(faulty, target))?.configurationFault).toEqual(fault)
    expect(await board.configurationFault(repository)).toBeUndefined()
    await board.putConfigurationFault(faulty, undefined)
    expect([await board.configurationFault(faulty), ...(await faults())]).toEqual(Array(count + 1).fill(undefined))
    expect(await board.get(faulty, target)).not.toHaveProperty('configurationFault')
  })

  test('keeps repositories apart', async () => {
    const board = create()
    await board.put(`${repository}-one`, status('checkout'))
    expect(await board.list(`${repository}-two`)).toEqual([])
  })
})

test('a board on Redis is shared by processes, and forgotten a day after its last word', async () => {
  const other = new Redis(server.url)
  await createRedisStatusBoard(client, 'shared').put('acme/shop', status('checkout'))
  expect(await createRedisStatusBoard(other, 'shared').list('acme/shop')).toEqual([status('checkout')])
  const seconds = await other.ttl('shared:status:acme/shop')
  expect(seconds).toBeGreaterThan(86_000)
  expect(seconds).toBeLessThanOrEqual(86_400)
  other.disconnect()
})
