import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Body, RestClient } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { version } from '../../support/promotion-scene.ts'
import { playRound } from '../../support/report-health.ts'

jest.setTimeout(120_000)

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: staging, cluster: staging }
  - name: prod
    after: [staging]
    cluster: prod
    gates: { approvals: 1, teams: [acme/sre], checks: [ci] }
    commands: { teams: [acme/sre] }
    freeze: [{ from: "2020-01-01 00:00", to: "2099-03-29 09:00", timezone: Europe/Berlin, reason: audit }]
carry: [{ files: [version.yaml] }]
drift: { pullRequests: warn }
`
const overlay = (environment: string, text: string) => ({
  [`apps/checkout/overlays/${environment}/kustomization.yaml`]: 'resources: [version.yaml]\n',
  [`apps/checkout/overlays/${environment}/version.yaml`]: version(text),
})

let lockstep: LockstepScene
let repository: string
let number: number
beforeAll(async () => {
  lockstep = await openLockstep()
  lockstep.scene.github.createTeam({ organization: 'acme', slug: 'sre', members: { ann: 'active', bob: 'active' } })
  const files = { '.lockstep.yaml': CONFIG, ...overlay('staging', 'v2'), ...overlay('prod', 'v1') }
  repository = await lockstep.repository({ from: [{ message: 'Begin', files }], private: true })
  await playRound(lockstep, repository)
  const { body } = await bob().get(`${repository}/pulls`)
  number = body[0].number
})
afterAll(() => lockstep?.close())

const bob = () => lockstep.scene.bob
const rita = () => lockstep.scene.rita

async function say(client: RestClient, body: string): Promise<void> {
  const { status } = await client.post(`${repository}/issues/${number}/comments`, { body })
  expect(status).toBe(201)
  await playRound(lockstep, repository)
}

/** The one answer to the question, however often it was asked. */
async function answer(): Promise<string> {
  const { body } = await bob().get(`${repository}/issues/${number}/comments`)
  const answers = body.filter((each: Body) => each.body.includes('lockstep:reply-gates-shown'))
  expect(answers).toHaveLength(1)
  return answers[0].body
}

/** The cells of the row of a code. */
async function row(code: string): Promise<string[]> {
  const line = (await answer()).split('\n').find((text) => text.includes(`\`${code}\``) && text.startsWith('|'))
  return (line ?? '').split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))
}

describe('/why on a promotion', () => {
  test('tells readers, too, what stands in the way, since when, who can open it, how, and when at the earliest', async () => {
    await say(bob(), '/hold until 2d numbers look odd')
    await say(rita(), '/why')
    const [, since, who, how, earliest] = await row('FROZEN')
    expect([since, who, how, earliest]).toEqual([
      'Wed 2020-01-01 00:00 Europe/Berlin (UTC+01:00)',
      'opens by itself',
      'Time.',
      'Sun 2099-03-29 09:00 Europe/Berlin (UTC+02:00)',
    ])
    const held = await row('HELD')
    expect(held[0]).toContain('Held by bob: numbers look odd.')
    expect(held.slice(2, 4)).toEqual(['members of acme/sre', '`/unhold`'])
    expect((await row('TEAM_WAITS')).slice(2)).toEqual([
      'acme/sre',
      'Approve this commit in a review on GitHub.',
      'at once',
    ])
    const missing = await row('CHECK_MISSING')
    expect(missing[0]).toContain('The check "ci" has not reported')
    expect(missing[1]).toMatch(/^\w{3} \d{4}-\d\d-\d\d \d\d:\d\d Europe\/Berlin/)
    expect((await row('WAITS_FOR_PROMOTE')).slice(2, 4)).toEqual(['members of acme/sre', '`/promote`'])
    expect(await answer()).toContain('but not before Sun 2099-03-29 09:00 Europe/Berlin (UTC+02:00)')
  })

  test('asked again, the one answer is brought up to date', async () => {
    await say(bob(), '/unhold')
    await say(bob(), '/why')
    expect(await answer()).not.toContain('`HELD`')
    expect(await answer()).toContain('`NO_HOLD`')
  })

  test('names what the rules of the branch ask for', async () => {
    const parameters = { required_approving_review_count: 1, require_code_owner_review: true }
    const rules = [{ type: 'pull_request', parameters: { ...REVIEWS, ...parameters } }]
    const target = { conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } }, target: 'branch' }
    const { status } = await lockstep.scene.ann.post(`${repository}/rulesets`, {
      name: 'owners',
      enforcement: 'active',
      ...target,
      rules,
    })
    expect(status).toBe(201)
    await say(bob(), '/why')
    const [what, , who] = await row('RULES_WAIT')
    expect(what).toContain('a review by the code owners')
    expect(who).toBe('whom the rules of the branch name')
  })

  test('the incident stop keeps everything, is told with who can end it, and ends with a reason', async () => {
    await say(rita(), '/lock all')
    expect(await gateSummary()).not.toContain('ALL_LOCKED')
    await say(bob(), '/lock all errors at payment')
    expect(await gateSummary()).toContain('ALL_LOCKED')
    await say(bob(), '/why')
    const [what, , who, how] = await row('ALL_LOCKED')
    expect(what).toContain('Every environment is locked by bob: errors at payment.')
    expect([who, how]).toEqual(['members of acme/sre', '`/unlock all --reason …`'])
    await say(lockstep.scene.ann, '/unlock all --reason mended')
    expect(await gateSummary()).not.toContain('ALL_LOCKED')
    await say(bob(), '/why')
    expect(await answer()).toContain('`NO_LOCK`')
  })

  test('a promotion that a person closed is told with the command that opens it again', async () => {
    await bob().patch(`${repository}/pulls/${number}`, { state: 'closed' })
    await playRound(lockstep, repository)
    await say(bob(), '/why prod checkout')
    expect((await row('PROMOTION_STAYS_CLOSED')).slice(2)).toEqual([
      'members of acme/sre',
      '`/promote prod checkout`',
      'at once',
    ])
  })
})

const REVIEWS = {
  dismiss_stale_reviews_on_push: false,
  require_last_push_approval: false,
  required_review_thread_resolution: false,
}

async function gateSummary(): Promise<string> {
  await lockstep.idle()
  const { body } = await bob().get(`${repository}/pulls/${number}`)
  return (await lockstep.checks(repository, body.head.sha)).get('lockstep/gate')?.output.summary ?? ''
}
