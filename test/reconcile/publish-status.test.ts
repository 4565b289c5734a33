import { describe, expect, test } from '@jest/globals'
import { createMemoryStatusBoard } from '../../src/adapters/status/memory-status-board.ts'
import type { DriftConfig } from '../../src/config/repository-config.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { publishStatus } from '../../src/reconcile/report/publish-status.ts'
import { SCALED, targetStatus } from '../support/preview-world.ts'

const repository = { installation: 1, owner: 'acme', name: 'shop' }
const HEAL: DriftConfig = { policy: 'heal', pullRequests: 'block', blockAfterMs: 10_000 }
const status = (change: Partial<TargetStatus> = {}) => targetStatus('checkout', 'prod', change)

/** Kinds of jobs that the second status wakes, and how long they may wait. */
async function woken(before: TargetStatus | undefined, after: TargetStatus, drift: DriftConfig = HEAL) {
  const jobs: [kind: string, delayMs: number][] = []
  const queue = {
    add: async (job: { kind: string }, more?: { delayMs?: number }) => void jobs.push([job.kind, more?.delayMs ?? 0]),
  }
  await publishStatus({ board: createMemoryStatusBoard(), queue }, repository, after, before, async () => drift)
  return jobs
}
const gates = async (...[before, after, drift]: Parameters<typeof woken>) =>
  (await woken(before, after, drift)).filter(([kind]) => kind === 'gates')

describe('gates are woken', () => {
  test('by drift: at once where it blocks at once, else when it would', async () => {
    const drifted = status({ drift: [SCALED] })
    expect(await gates(status(), drifted, { ...HEAL, policy: 'report' })).toEqual([['gates', 0]])
    expect(await gates(status(), drifted)).toEqual([['gates', 10_000]])
    expect(await gates(status(), status({ drift: [{ ...SCALED, contended: true }] }))).toEqual([['gates', 0]])
  })
  test.each<[what: string, before: TargetStatus | undefined, after: TargetStatus]>([
    ['its end', status({ drift: [SCALED] }), status()],
    ['that it is fought over now', status({ drift: [SCALED] }), status({ drift: [{ ...SCALED, contended: true }] })],
    ['facts after there were none', undefined, status()],
    ['facts after a cluster was away', status({ sync: 'Unknown' }), status()],
    ['a cluster that goes away', status(), status({ sync: 'Unknown' })],
    ['facts after the last were too old', status({ observedAt: '2026-11-20T14:00:00Z' }), status()],
    ['a suspension', status(), status({ suspended: true })],
    ['a wave to wait for', status(), status({ waitingFor: 'wave eu' })],
  ])('by %s', async (_, before, after) => {
    expect(await gates(before, after)).toEqual([['gates', 0]])
  })
  test('by nothing that they do not ask for', async () => {
    const healthier = status({ health: 'Progressing', revision: 'c'.repeat(40) })
    expect(await gates(status(), healthier)).toEqual([])
    const later = status({ drift: [{ ...SCALED, since: '2026-11-20T14:09:59Z' }] })
    expect(await gates(status({ drift: [SCALED] }), later)).toEqual([])
  })
})

test('promotions are woken by health and render alone', async () => {
  const kinds = async (after: TargetStatus) => (await woken(status(), after)).map(([kind]) => kind)
  expect(await kinds(status({ health: 'Degraded' }))).toEqual(['promotions'])
  expect(await kinds(status({ renderDigest: 'other' }))).toEqual(['promotions'])
  expect(await kinds(status({ drift: [SCALED] }))).toEqual(['gates'])
  expect(await kinds(status())).toEqual([])
})

test('a target that gets well wakes those who wait for it, without a look at all the others', async () => {
  const jobs: unknown[] = []
  const queue = { add: async (job: { kind: string }) => void (job.kind === 'reconcile' && jobs.push(job)) }
  const board = createMemoryStatusBoard()
  await board.put('acme/shop', targetStatus('web', 'prod', { waitsOn: ['checkout/prod/prod'] }))
  await board.put('acme/shop', targetStatus('other', 'prod'))
  const list = () => Promise.reject(new Error('the whole board was read'))
  await publishStatus({ board: { ...board, list }, queue }, repository, status(), status({ health: 'Progressing' }))
  expect(jobs).toEqual([{ kind: 'reconcile', repository, target: targetStatus('web', 'prod').target }])
})
