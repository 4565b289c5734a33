import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Body, commitFile, openPull } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep, overlayFile, threeStageFiles } from '../../support/lockstep-scene.ts'
import { deploymentText } from '../../support/preview-world.ts'

const PROD = 'name: prod, after: [staging], cluster: prod'
const APPROVED = 'changes: approvals, gates: { approvals: 1 }'
const config = (prod: string) => `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging, changes: refuse }
  - { ${PROD}, ${prod} }
drift: { pullRequests: warn }
`

let lockstep: LockstepScene
let repository: string
beforeAll(async () => {
  lockstep = await openLockstep()
})
afterAll(() => lockstep.close())
beforeEach(async () => {
  const files = { ...threeStageFiles(), '.lockstep.yaml': config(APPROVED) }
  repository = await lockstep.repository({ from: [{ message: 'Begin', files }], private: true })
})
afterEach(() => lockstep.retire(repository))

async function openedWith(path: string, content: string): Promise<Body> {
  const { bob } = lockstep.scene
  await commitFile(bob, repository, 'topic', { path, content })
  return openPull(bob, repository, 'topic')
}

async function approve({ number, head }: Body): Promise<void> {
  const { ann } = lockstep.scene
  const review = { event: 'APPROVE', commit_id: head.sha }
  const { status } = await ann.post(`${repository}/pulls/${number}/reviews`, review)
  expect(status).toBe(200)
}

describe('a pull request that changes an environment without being its promotion', () => {
  test('is refused where only promotions may change it, with the environment to change instead', async () => {
    const pull = await openedWith(overlayFile('checkout', 'staging'), deploymentText('checkout', 9))
    const gate = await lockstep.gate(repository, pull.head.sha)
    expect(gate.conclusion).toBe('failure')
    expect(gate.output.title).toContain('staging takes changes by promotion only; this changes checkout there.')
    expect(gate.output.summary).toContain('DIRECT_CHANGE_REFUSED')
    expect(gate.output.summary).toContain('Change dev instead')
  })

  test('waits for the approvals of a promotion where it asks for them, and is green once they are there', async () => {
    const pull = await openedWith(overlayFile('checkout', 'prod'), deploymentText('checkout', 9))
    const gate = await lockstep.gate(repository, pull.head.sha)
    expect(gate.conclusion).toBe('action_required')
    expect(gate.output.summary).toContain('checkout in prod changes here directly, not by a promotion.')
    await approve(pull)
    await lockstep.gate(repository, pull.head.sha, ({ conclusion }) => conclusion === 'success')
  })

  test('is green, where it changes no environment but the first', async () => {
    const pull = await openedWith(overlayFile('checkout', 'dev'), deploymentText('checkout', 9))
    expect((await lockstep.gate(repository, pull.head.sha)).conclusion).toBe('success')
  })
})

describe('a pull request that changes the rules', () => {
  test('says which gates it weakens, and needs the approvers that the environment has now', async () => {
    const pull = await openedWith('.lockstep.yaml', config('promote: auto'))
    const gate = await lockstep.gate(repository, pull.head.sha)
    expect(gate.conclusion).toBe('action_required')
    expect(gate.output.title).toContain('This weakens prod: `promote` from manual to auto')
    expect(gate.output.title).toContain('`gates.approvals` from 1 to 0')
    await approve(pull)
    await lockstep.gate(repository, pull.head.sha, ({ conclusion }) => conclusion === 'success')
  })

  test('needs nobody where it makes them stricter', async () => {
    const pull = await openedWith('.lockstep.yaml', config('changes: approvals, gates: { approvals: 2, soak: 1h }'))
    expect((await lockstep.gate(repository, pull.head.sha)).conclusion).toBe('success')
  })

  test('with an unknown key is red at its line', async () => {
    const pull = await openedWith('.lockstep.yaml', config('promote: auto, gate: { soak: 1h }'))
    const gate = await lockstep.gate(repository, pull.head.sha)
    expect(gate.conclusion).toBe('failure')
    expect(gate.output.title).toContain('.lockstep.yaml:6: ')
  })
})
