import { describe, expect, test } from '@jest/globals'
import { LockstepError } from '../../src/model/errors.ts'
import type { Job } from '../../src/model/job.ts'
import type { Mirror } from '../../src/model/mirror.ts'
import { type Target, targetId } from '../../src/model/target.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { memoryTree, type Tree } from '../../src/model/tree.ts'
import type { ReconcilePorts } from '../../src/reconcile/ports.ts'
import { dispatchRepository, dispatchTargets } from '../../src/reconcile/targets/dispatch-targets.ts'
import { sourceOfMirror } from '../../src/reconcile/targets/mirror-source.ts'

const REPOSITORY = { installation: 1, owner: 'acme', name: 'shop' }
const NOW = new Date('2026-01-01T12:00:00Z')

/** A mirror with one branch, what rendering costs, and the board. */
function world(tree: Tree | undefined, statuses: readonly TargetStatus[] = []) {
  const counts = { renders: 0, boards: 0 }
  const jobs: Job[] = []
  const mirror = {
    resolve: async () => (tree ? 'a'.repeat(40) : undefined),
    tree: async () => tree,
    tags: async () => [],
    log: async () => [],
  } as unknown as Mirror
  const ports = {
    source: async () => sourceOfMirror(mirror, 'main'),
    renderer: {
      async render(_: Tree, path: string) {
        counts.renders++
        if (path.includes('broken')) throw new LockstepError({ code: 'X', message: 'm', remedy: 'r' })
        return { text: '', manifests: [], inputs: [], digest: `digest of ${path}` }
      },
    },
    board: {
      put: async () => undefined,
      list: async () => {
        counts.boards++
        return [...statuses]
      },
      configurationFault: async () => undefined,
      putConfigurationFault: async () => undefined,
    },
    queue: { add: async (job: Job) => void jobs.push(job) },
    clock: { now: () => NOW, sleep: async () => undefined },
  } as unknown as ReconcilePorts
  return { ports, counts, jobs }
}

function repository(applications: readonly string[], clusters = 'eu'): Tree {
  const config = `version: 1\noverlays: apps/{app}/{environment}\nenvironments:\n  - { name: prod, clusters: [${clusters}] }\n`
  const overlays = applications.map((name) => [`apps/${name}/prod/kustomization.yaml`, 'resources: []\n'])
  return memoryTree({ '.lockstep.yaml': config, ...Object.fromEntries(overlays) })
}

function inOrder(application: string, cluster = 'eu', change: Partial<TargetStatus> = {}): TargetStatus {
  return {
    target: { application, environment: 'prod', cluster },
    renderDigest: `digest of apps/${application}/prod`,
    sync: 'Synced',
    health: 'Healthy',
    drift: [],
    problems: [],
    observedAt: NOW.toISOString(),
    ...change,
  }
}
const names = (targets: readonly Target[]) => targets.map(targetId)

describe('a repository with nothing to deploy is no failure', () => {
  test.each<[string, Tree | undefined]>([
    ['without a commit', undefined],
    ['without a configuration', memoryTree({ 'README.md': 'notes\n' })],
  ])('%s', async (_, tree) => {
    const { ports, jobs } = world(tree)
    expect(await dispatchTargets(ports, REPOSITORY)).toEqual([])
    expect(await dispatchRepository(ports, REPOSITORY)).toMatchObject({ decision: 'nothing' })
    expect(jobs).toEqual([])
  })
})

test('a faulty configuration is refused once, with its line, and nothing is enqueued', async () => {
  const { ports, jobs } = world(
    memoryTree({ '.lockstep.yaml': 'version: 1\noverlays: apps/{app}/{environment}\nenvironments: []\n' }),
  )
  expect(await dispatchRepository(ports, REPOSITORY)).toMatchObject({ decision: 'refused', code: 'CONFIG_INVALID' })
  await expect(dispatchTargets(ports, REPOSITORY)).rejects.toMatchObject({
    problems: [{ file: '.lockstep.yaml', line: 3 }],
  })
  expect(jobs).toEqual([])
})

test('only targets that are not known to hold the newest render are reconciled', async () => {
  const { ports, jobs } = world(repository(['cart', 'checkout', 'broken']), [
    inOrder('cart'),
    inOrder('checkout', 'eu', { renderDigest: 'older' }),
    inOrder('broken'),
  ])
  const due = await dispatchTargets(ports, REPOSITORY)
  expect(names(due)).toEqual(['broken/prod/eu', 'checkout/prod/eu'])
  expect(await dispatchRepository(ports, REPOSITORY)).toMatchObject({ decision: 'done', code: 'DISPATCHED' })
  expect(jobs.slice(0, 2)).toEqual(due.map((target) => ({ kind: 'reconcile', repository: REPOSITORY, target })))
})

test('a target that waits is looked at again, though nothing newer came', async () => {
  const { ports } = world(repository(['cart', 'web']), [inOrder('cart'), inOrder('web', 'eu', { waitingFor: 'cart' })])
  expect(names(await dispatchTargets(ports, REPOSITORY))).toEqual(['web/prod/eu'])
})

test('a thousand targets cost one look at the board, and one digest an overlay however many clusters share it', async () => {
  const applications = Array.from({ length: 500 }, (_, index) => `app-${index}`)
  const statuses = applications.flatMap((name) => [inOrder(name, 'eu'), inOrder(name, 'us')])
  const { ports, counts } = world(repository(applications, 'eu, us'), statuses)
  expect(await dispatchTargets(ports, REPOSITORY)).toEqual([])
  expect(counts).toEqual({ renders: 500, boards: 1 })
})

test('what has to be looked at anyway is not rendered for that', async () => {
  const { ports, counts } = world(repository(['cart', 'checkout']), [inOrder('cart', 'eu', { sync: 'OutOfSync' })])
  expect(names(await dispatchTargets(ports, REPOSITORY))).toEqual(['cart/prod/eu', 'checkout/prod/eu'])
  expect(counts.renders).toBe(0)
})
