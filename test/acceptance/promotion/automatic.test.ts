import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Rule } from '../../../sandbox/github/state/ruleset.ts'
import { type Body, commitFile } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { PromotionScene, rulesOfMain, version, versionFiles } from '../../support/promotion-scene.ts'

jest.setTimeout(120_000)
const STAGING = 'lockstep/promote/staging/checkout'
const PROD = 'lockstep/promote/prod/checkout'
const FILE = (environment: string) => `apps/checkout/overlays/${environment}/version.yaml`
const ENVIRONMENTS = (staging = 'promote: auto', prod = 'promote: auto') => `  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging, ${staging} }
  - { name: prod, after: [staging], cluster: prod, ${prod} }`

let lockstep: LockstepScene
let scene: PromotionScene
beforeAll(async () => {
  lockstep = await openLockstep()
  lockstep.scene.github.createTeam({ organization: 'acme', slug: 'sre', members: { ann: 'active' } })
})
afterEach(() => lockstep.retire(scene.repository))
afterAll(async () => {
  expect(lockstep.scene.github.unknownRequests).toEqual([])
  await lockstep.close()
})

async function begin(environments: string, rules: readonly Rule[] = [], more: Record<string, string> = {}) {
  const files = { ...versionFiles(environments, { checkout: { dev: 'v2', staging: 'v1', prod: 'v1' } }), ...more }
  const repository = await lockstep.repository({
    from: [{ message: 'Begin', files }],
    rulesets: rules.length > 0 ? [rulesOfMain(lockstep, rules)] : [],
    private: true,
  })
  scene = new PromotionScene(lockstep, repository)
  await scene.round()
}

const merged = async (branch: string) => (await scene.onlyPull(branch)).merged
const review = (parameters: object): Rule => ({
  type: 'pull_request',
  parameters: {
    required_approving_review_count: 0,
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
    ...parameters,
  },
})
const checks = (...names: string[]): Rule => ({
  type: 'required_status_checks',
  parameters: {
    required_status_checks: names.map((context) => ({ context })),
    strict_required_status_checks_policy: false,
  },
})
/** The same of a branch that contains its base. */
const strict = ({ type, parameters }: Rule): Rule => ({
  type,
  parameters: { ...parameters, strict_required_status_checks_policy: true },
})

describe('where the configuration says so', () => {
  test('a version goes through all environments by itself, in their order, each merge for exactly the commit that was judged', async () => {
    await begin(ENVIRONMENTS())
    expect(await merged(STAGING)).toBe(true)
    for (const _ of [1, 2]) await scene.round()
    expect(await merged(PROD)).toBe(true)
    for (const environment of ['staging', 'prod']) expect(await scene.file(FILE(environment))).toBe(version('v2'))
    const [staging, prod] = [await scene.onlyPull(STAGING), await scene.onlyPull(PROD)]
    expect(Date.parse(staging.merged_at)).toBeLessThanOrEqual(Date.parse(prod.created_at))
    expect(prod.number).toBeGreaterThan(staging.number)
    for (const pull of [staging, prod]) {
      const { body: commit } = await lockstep.scene.bob.get(`${scene.repository}/git/commits/${pull.merge_commit_sha}`)
      expect(commit.parents[1].sha).toBe(pull.head.sha)
      expect(await scene.state(`ledger/${pull.number}.yaml`)).toMatchObject({ merged: { sha: pull.merge_commit_sha } })
    }
  })

  test('only there: everywhere else it waits for `/promote`', async () => {
    await begin(ENVIRONMENTS('promote: manual'))
    const pull = await scene.onlyPull(STAGING)
    await scene.green(pull)
    for (const _ of [1, 2]) await scene.round()
    expect(await merged(STAGING)).toBe(false)
    await scene.say(pull.number, '/promote')
    expect(await merged(STAGING)).toBe(true)
  })

  test('but not while the environment is locked, and by itself once it is not', async () => {
    await begin(ENVIRONMENTS('gates: { approvals: 1 }, promote: auto'))
    const pull = await scene.onlyPull(STAGING)
    await scene.say(pull.number, '/lock staging')
    await scene.approve('ann', pull)
    await scene.round()
    expect(await merged(STAGING)).toBe(false)
    await scene.say(pull.number, '/unlock staging')
    await scene.round()
    expect(await merged(STAGING)).toBe(true)
  })

  test('never with a commit that somebody added', async () => {
    await begin(ENVIRONMENTS('gates: { approvals: 1 }, promote: auto'))
    const pull = await scene.onlyPull(STAGING)
    await commitFile(lockstep.scene.bob, scene.repository, STAGING, { path: FILE('prod'), content: version('v9') })
    await scene.approve('ann', await scene.onlyPull(STAGING))
    await scene.round()
    expect(await scene.onlyPull(STAGING)).toMatchObject({ merged: false, number: pull.number })
    expect(await scene.file(FILE('prod'))).toBe(version('v1'))
  })
})

describe('the rules of the branch, which Lockstep’s App might bypass', () => {
  test('required checks, required reviews and code owners are all waited for', async () => {
    const owners = { '.github/CODEOWNERS': '/apps/*/overlays/staging/ @acme/sre\n' }
    const rules = [
      review({ required_approving_review_count: 1, require_code_owner_review: true }),
      checks('lockstep/gate', 'ci'),
    ]
    await begin(ENVIRONMENTS(), rules, owners)
    const pull = await scene.onlyPull(STAGING)
    await scene.green(pull)
    const steps = [
      async () => undefined,
      () => scene.approve('bob', pull),
      () => scene.report(pull.head.sha, 'failure'),
      () => scene.approve('ann', pull),
    ]
    for (const step of steps) {
      await step()
      await scene.round()
      expect(await merged(STAGING)).toBe(false)
    }
    expect(scene.waits()).toContain('RULES_WAIT')
    await scene.report(pull.head.sha, 'success')
    await scene.round()
    expect(await merged(STAGING)).toBe(true)
  })

  test.each([
    ['a required check', [checks('ci')], (sha: string) => scene.report(sha, 'success')],
    [
      'a required review',
      [review({ required_approving_review_count: 1 })],
      async () => scene.approve('bob', await scene.onlyPull(STAGING)),
    ],
  ] as const)('%s alone holds it back, and lets it through', async (_, rules, satisfy) => {
    await begin(ENVIRONMENTS(), rules)
    const pull = await scene.onlyPull(STAGING)
    await scene.green(pull)
    await scene.round()
    expect(await merged(STAGING)).toBe(false)
    await satisfy(pull.head.sha)
    await scene.round()
    expect(await merged(STAGING)).toBe(true)
  })

  test.each([
    'auto',
    'manual',
  ])('%s: a branch that must be up to date is brought there, and what was said of it stays', async (promote) => {
    await begin(ENVIRONMENTS(`promote: ${promote}`), [strict(checks('ci'))])
    const before = await scene.onlyPull(STAGING)
    await scene.green(before)
    if (promote === 'manual') await scene.say(before.number, '/promote')
    const tip = await commitFile(lockstep.scene.ann, scene.repository, 'main', { path: 'notes.md', content: 'x\n' })
    await scene.report(before.head.sha, 'success')
    await scene.round()
    const after = await scene.onlyPull(STAGING)
    expect(after).toMatchObject({ merged: false, number: before.number, changed_files: 1 })
    const { body: commit } = await lockstep.scene.bob.get(`${scene.repository}/git/commits/${after.head.sha}`)
    expect(commit.parents.map(({ sha }: Body) => sha)).toEqual([before.head.sha, tip])
    await scene.green(after)
    await scene.round()
    expect(await scene.onlyPull(STAGING)).toMatchObject({ merged: false, head: { sha: after.head.sha } })
    await scene.report(after.head.sha, 'success')
    await scene.round()
    expect(await merged(STAGING)).toBe(true)
  })
})
