import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { requireAccount } from '../../sandbox/github/accounts/create.ts'
import { offeredActions, pressAction } from '../../sandbox/github/pages/check-buttons.ts'
import { paceGates } from '../../src/assemble/pace-gates.ts'
import { reconcilePorts } from '../../src/assemble/ports.ts'
import type { DriftEntry, TargetStatus } from '../../src/model/target-status.ts'
import { publishStatus } from '../../src/reconcile/report/publish-status.ts'
import { eventually } from '../support/eventually.ts'
import { type Body, commitFile } from '../support/local-github.ts'
import { type LockstepScene, openLockstep, overlayFile, threeStageFiles } from '../support/lockstep-scene.ts'
import { deploymentText } from '../support/preview-world.ts'

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev, drift: { pullRequests: warn } }
  - { name: staging, after: [dev], cluster: staging, drift: { pullRequests: warn } }
  - { name: prod, after: [staging], cluster: prod }
drift: { policy: report, pullRequests: block }
`
const PAUSE_MS = 2_000
/** Reads and writes for one open pull request: 16 are spent, two of them on whose turn it is, and promotions look too. */
const CALLS_A_VERDICT = 23

let lockstep: LockstepScene
let repository: string
beforeAll(async () => {
  lockstep = await openLockstep()
})
afterAll(() => lockstep.close())
beforeEach(async () => {
  const files = { ...threeStageFiles(), '.lockstep.yaml': CONFIG }
  repository = await lockstep.repository({ from: [{ message: 'Begin', files }], private: true })
})
afterEach(() => lockstep.retire(repository))

const bob = () => lockstep.scene.bob
const scaledTo = (live: string): DriftEntry => ({
  object: 'Deployment/checkout',
  namespace: 'shop',
  path: '.spec.replicas',
  desired: '2',
  live,
  manager: 'kubectl-scale',
  since: '2026-11-20T14:02:00Z',
})

/** The worker's last word on checkout in prod, said as a worker says it. */
function aWorker() {
  const { name, owner } = lockstep.ref(repository)
  const ports = reconcilePorts(lockstep.services, `${owner}/${name}`)
  const paced = { ...ports, queue: paceGates(lockstep.services.queue, PAUSE_MS) }
  let previous: TargetStatus | undefined
  return async (drift: readonly DriftEntry[], more: Partial<TargetStatus> = {}) => {
    const status: TargetStatus = {
      target: { application: 'checkout', environment: 'prod', cluster: 'prod' },
      revision: 'a'.repeat(40),
      sync: drift.length > 0 ? 'OutOfSync' : 'Synced',
      health: 'Healthy',
      drift,
      problems: [],
      observedAt: new Date().toISOString(),
      ...more,
    }
    await publishStatus(paced, lockstep.ref(repository), status, previous)
    previous = status
  }
}

async function greenPull(worker: ReturnType<typeof aWorker>): Promise<{ pull: Body; green: Body }> {
  await worker([])
  const content = deploymentText('checkout', 5)
  await commitFile(bob(), repository, 'topic', { path: overlayFile('checkout', 'prod'), content })
  const { body: pull } = await bob().post(`${repository}/pulls`, { title: 'topic', head: 'topic', base: 'main' })
  const green = await lockstep.gate(repository, pull.head.sha)
  expect(green.conclusion).toBe('success')
  await lockstep.idle()
  return { pull, green }
}

/** Calls to GitHub of any kind from now on. */
function countCalls(): () => number {
  let calls = 0
  const { metrics } = lockstep.services
  const { githubCall } = metrics
  metrics.githubCall = (call) => {
    calls++
    githubCall(call)
  }
  return () => {
    metrics.githubCall = githubCall
    return calls
  }
}

const gateRuns = async (sha: string): Promise<Body[]> => {
  const { body } = await bob().get(`${repository}/commits/${sha}/check-runs?per_page=100&filter=all`)
  return body.check_runs.filter(({ name }: Body) => name === 'lockstep/gate')
}

/** As bob does it on GitHub's page. */
async function press(check: string, sha: string, label: string): Promise<void> {
  const { world } = lockstep.scene.github
  const name = repository.replace('/repos/', '')
  const { id } = (await lockstep.checks(repository, sha)).get(check)
  const person = requireAccount(world, 'bob')
  const button = offeredActions(world, person, name, id).find((action) => action.label === label)
  expect(await pressAction(world, person, name, id, button?.identifier ?? '')).toBe(true)
}

describe('drift found after the gate was green', () => {
  test('turns it red on the same commit, as a new run, with two checks, one edit, and one word to whoever could have merged', async () => {
    const worker = aWorker()
    const { pull, green } = await greenPull(worker)
    const before = lockstep.written.length
    await worker([scaledTo('8')])
    const red = await lockstep.gate(repository, pull.head.sha, ({ conclusion }) => conclusion === 'failure')
    expect(red.id).not.toBe(green.id)
    expect(red.head_sha).toBe(green.head_sha)
    expect(red.output.title).toContain('Deployment/checkout .spec.replicas: live 8, git 2, by kubectl-scale')
    await lockstep.idle()
    const runs = 'POST /repos/{owner}/{repo}/check-runs'
    expect(lockstep.written.slice(before)).toEqual([
      runs,
      runs,
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
    ])
    expect((await gateRuns(pull.head.sha)).map(({ conclusion }) => conclusion).sort()).toEqual(['failure', 'success'])
  })

  test('ten changes in a row make one verdict at once and one at the end, which knows the last', async () => {
    const worker = aWorker()
    const { pull } = await greenPull(worker)
    await eventually(async () => (await lockstep.services.queue.size()) === 0)
    const jobs = await lockstep.jobs('gates')
    const writes = lockstep.written.length
    const asked = countCalls()
    for (let live = 1; live <= 10; live++) await worker([scaledTo(String(live * 10))])
    const sha = pull.head.sha
    await lockstep.gate(repository, sha, ({ output }) => output.title.includes('live 100,'))
    await lockstep.idle()
    expect((await lockstep.jobs('gates')) - jobs).toBeLessThanOrEqual(2)
    expect((await gateRuns(sha)).length).toBeLessThanOrEqual(3)
    expect(lockstep.written.length - writes).toBeLessThanOrEqual(7)
    expect(asked()).toBeLessThanOrEqual(2 * CALLS_A_VERDICT)
  })

  test('that is ignored with the button lets the gate be green again; another value turns it red', async () => {
    const worker = aWorker()
    const { pull } = await greenPull(worker)
    await worker([scaledTo('8')])
    const sha = pull.head.sha
    await lockstep.gate(repository, sha, ({ conclusion }) => conclusion === 'failure')
    await lockstep.idle()
    await press('lockstep/drift/prod', sha, 'Ignore for 24 h')
    const green = await lockstep.gate(repository, sha, ({ conclusion }) => conclusion === 'success')
    expect(green.output.summary).toContain('ignored for now until')
    await worker([scaledTo('9')])
    const red = await lockstep.gate(repository, sha, ({ conclusion }) => conclusion === 'failure')
    expect(red.output.title).toContain('live 9')
  })
})
