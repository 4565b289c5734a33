import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'
import { type Body, commitFile } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { playRound, reportHealth, type Told } from '../../support/report-health.ts'

jest.setTimeout(120_000)

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: staging, cluster: staging }
  - { name: prod, after: [staging], cluster: prod, gates: { approvals: 1 } }
drift: { pullRequests: warn }
`
const BASE = 'apps/checkout/base/deployment.yaml'
const base = (port: number) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec: { template: { spec: { containers: [{ name: shop, image: shop, ports: [{ containerPort: ${port} }] }] } } }
`
const overlay = (environment: string) => `apps/checkout/overlays/${environment}/kustomization.yaml`
const tagged = (tag: string) => `resources: [../../base]\nimages:\n- name: shop\n  newTag: ${tag}\n`
const BRANCH = 'lockstep/promote/prod/checkout'
/** Staging is not where main is: what is open stays as it is. */
const behind: Told = ({ environment }) => (environment === 'staging' ? { health: 'Progressing' } : {})

let lockstep: LockstepScene
let repository: string
beforeAll(async () => {
  lockstep = await openLockstep({}, createKustomizeRenderer({ binary: await kustomizeForTests() }))
}, KUSTOMIZE_SETUP_MS)
afterAll(() => lockstep?.close())

/** A promotion of v2 to prod that somebody approved, with a green gate. */
async function approvedPromotion(): Promise<Body> {
  const files = {
    '.lockstep.yaml': CONFIG,
    'apps/checkout/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
    [BASE]: base(80),
    [overlay('staging')]: tagged('v2'),
    [overlay('prod')]: tagged('v1'),
  }
  repository = await lockstep.repository({ from: [{ message: 'Begin', files }], private: true })
  await playRound(lockstep, repository)
  const pull = await promotion()
  await approve(pull)
  expect((await gate(pull)).conclusion).toBe('success')
  return pull
}

async function promotion(): Promise<Body> {
  const { body } = await lockstep.scene.bob.get(`${repository}/pulls`)
  return body.find((each: Body) => each.head.ref === BRANCH)
}

async function approve({ number, head }: Body): Promise<void> {
  const review = { event: 'APPROVE', commit_id: head.sha }
  const { status } = await lockstep.scene.bob.post(`${repository}/pulls/${number}/reviews`, review)
  expect(status).toBe(200)
  await playRound(lockstep, repository)
}

async function gate({ head }: Body): Promise<Body> {
  await lockstep.idle()
  return (await lockstep.checks(repository, head.sha)).get('lockstep/gate')
}

/** Asks for the verdict as GitHub's event or the sweep would. */
async function judged(pull: Body, told: Told): Promise<Body> {
  await playRound(lockstep, repository, told)
  await lockstep.services.queue.add({ kind: 'preview', repository: lockstep.ref(repository), number: pull.number })
  return gate(pull)
}

const push = (path: string, content: string, branch = 'main') =>
  commitFile(lockstep.scene.ann, repository, branch, { path, content })

describe('what was reviewed is what merges: after a review', () => {
  test('a newer version upstream turns the gate red, with the field, its value then and now', async () => {
    const pull = await approvedPromotion()
    await push(overlay('staging'), tagged('v3'))
    const red = await judged(pull, behind)
    expect(red.conclusion).toBe('failure')
    expect(red.output.summary).toContain('PLAN_STALE')
    expect(red.output.summary).toContain('upstream staging sets images\\[name=shop\\].newTag to v3, not v2')
  })

  test('another value in prod turns it red, with what it was and what it is', async () => {
    const pull = await approvedPromotion()
    await reportHealth(lockstep, repository, behind)
    await push(overlay('prod'), tagged('v1.1'))
    const red = await judged(pull, behind)
    expect(red.conclusion).toBe('failure')
    expect(red.output.summary).toContain('base: images\\[name=shop\\].newTag in prod is v1.1, not v1')
  })

  test('a base that renders to something else turns it red, with the file', async () => {
    const pull = await approvedPromotion()
    await push(BASE, base(8080))
    const red = await judged(pull, behind)
    expect(red.conclusion).toBe('failure')
    expect(red.output.summary).toContain('RESULT_MOVED')
    expect(red.output.summary).toContain(`base file ${BASE}`)
  })

  test('a commit on the branch turns it red, with the file', async () => {
    await approvedPromotion()
    await push('apps/checkout/overlays/prod/more.yaml', base(1), BRANCH)
    const pull = await promotion()
    const red = await judged(pull, () => ({}))
    expect(red.conclusion).toBe('failure')
    expect(red.output.summary).toContain('PLAN_EDITED')
    expect(red.output.summary).toContain('file apps/checkout/overlays/prod/more.yaml')
  })

  test('what changes nothing of it leaves it green', async () => {
    const pull = await approvedPromotion()
    await push('README.md', 'more\n')
    await push(BASE, `# The port is the one of the proxy.\n${base(80)}`)
    expect((await judged(pull, () => ({}))).conclusion).toBe('success')
    expect((await promotion()).head.sha).toBe(pull.head.sha)
  })

  test('once it is brought up to date, it has to be reviewed again', async () => {
    const pull = await approvedPromotion()
    await push(overlay('staging'), tagged('v3'))
    await playRound(lockstep, repository)
    const now = await promotion()
    expect([now.number, now.head.sha === pull.head.sha]).toEqual([pull.number, false])
    const waiting = await gate(now)
    expect([waiting.conclusion, waiting.output.summary]).toEqual([
      'action_required',
      expect.stringContaining('APPROVALS_WAIT'),
    ])
    await approve(now)
    expect((await gate(now)).conclusion).toBe('success')
  })
})
