import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Rule, RulesetDefinition } from '../../../sandbox/github/state/ruleset.ts'
import {
  type Body,
  commitFile,
  cutBranch,
  force,
  openPull,
  openScene,
  type RestClient,
  type Scene,
  settled,
  tipOf,
} from '../../support/local-github.ts'

let scene: Scene
let robot: RestClient
beforeAll(async () => {
  scene = await openScene()
  robot = await scene.robot()
})
afterAll(() => scene.close())

function ruleset(rules: readonly Rule[], more: Partial<RulesetDefinition> = {}): RulesetDefinition {
  const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } }
  return { name: 'main', enforcement: 'active', conditions, rules, ...more }
}

function requires(context: string, more: object = {}, integration_id?: number): Rule {
  const required_status_checks = [{ context, ...(integration_id ? { integration_id } : {}) }]
  return { type: 'required_status_checks', parameters: { required_status_checks, ...more } }
}

function reviews(count: number, more: object = {}): Rule {
  return { type: 'pull_request', parameters: { required_approving_review_count: count, ...more } }
}

/** A pull request of bob whose base is under the rules from the moment it is open. */
async function protectedPull(rules: readonly Rule[], more: Partial<RulesetDefinition> = {}) {
  const repository = await scene.repository()
  const pull = await openPull(scene.bob, repository, 'topic')
  const { body } = await scene.ann.post(`${repository}/rulesets`, ruleset(rules, more))
  const merge = (client: RestClient = scene.bob, request: object = {}) =>
    client.put(`${repository}/pulls/${pull.number}/merge`, request)
  const report = (head_sha: string, conclusion: string, client: RestClient = robot): Promise<Body> =>
    client.post(`${repository}/check-runs`, { name: 'gate', head_sha, conclusion })
  return { repository, number: pull.number, head: pull.head.sha as string, merge, report, ruleset: body }
}

describe('required checks', () => {
  test('G083 G099 absent, failing and passing: 405 by name until it passes, however long that takes', async () => {
    const { merge, report, head } = await protectedPull([requires('gate')])
    const absent = await merge()
    expect([absent.status, absent.body.message]).toEqual([405, 'Required status check "gate" is expected.'])
    await report(head, 'failure')
    expect((await merge()).body.message).toBe('Required status check "gate" is failing.')
    await report(head, 'success')
    expect((await merge()).status).toBe(200)
  })

  test.each([
    ['success', 200],
    ['skipped', 200],
    ['neutral', 200],
    ['cancelled', 405],
    ['timed_out', 405],
    ['action_required', 405],
  ])('G096 the conclusion %s answers %d', async (conclusion, status) => {
    const { merge, report, head } = await protectedPull([requires('gate')])
    await report(head, conclusion)
    expect((await merge()).status).toBe(status)
  })

  test('G096 only the latest head counts', async () => {
    const { repository, merge, report, head } = await protectedPull([requires('gate')])
    await report(head, 'success')
    await commitFile(scene.bob, repository, 'topic', { path: 'more', content: 'x' })
    expect((await merge()).body.message).toBe('Required status check "gate" is expected.')
  })

  test('G097 results on the test merge decide instead of the head', async () => {
    const { repository, number, merge, report, head } = await protectedPull([requires('gate')])
    await report(head, 'success')
    const { merge_commit_sha } = await settled(scene.bob, repository, number)
    await report(merge_commit_sha, 'failure')
    expect((await merge()).status).toBe(405)
    await report(merge_commit_sha, 'success')
    expect((await merge()).status).toBe(200)
  })

  test('G098 a check and a status of one name are both required', async () => {
    const { repository, merge, report, head } = await protectedPull([requires('gate')])
    const state = (value: string) => scene.bob.post(`${repository}/statuses/${head}`, { state: value, context: 'gate' })
    await report(head, 'success')
    await state('failure')
    expect((await merge()).status).toBe(405)
    await state('success')
    expect((await merge()).status).toBe(200)
  })

  test('G100 G101 bound to one App, the same name from anyone else does not count', async () => {
    const { repository, merge, report, head } = await protectedPull([requires('gate', {}, scene.appId)])
    await scene.bob.post(`${repository}/statuses/${head}`, { state: 'success', context: 'gate' })
    expect((await merge()).body.message).toContain('was not set by the expected')
    await report(head, 'success')
    expect((await merge()).status).toBe(200)
  })

  test('G103 strict asks for the base tip inside the head; the state is behind', async () => {
    const { repository, number, merge, report, head } = await protectedPull([
      requires('gate', { strict_required_status_checks_policy: true }),
    ])
    await report(head, 'success')
    const { body: rules } = await scene.ann.get(`${repository}/rulesets`)
    await scene.ann.put(`${repository}/rulesets/${rules[0].id}`, { enforcement: 'disabled' })
    await commitFile(scene.ann, repository, 'main', { path: 'base', content: 'x' })
    await scene.ann.put(`${repository}/rulesets/${rules[0].id}`, { enforcement: 'active' })
    expect((await merge()).status).toBe(405)
    expect((await settled(scene.bob, repository, number)).mergeable_state).toBe('behind')
  })

  test('G054 G055 the state says blocked to everybody, also to an App that may merge all the same', async () => {
    const actor = { actor_id: scene.appId, actor_type: 'Integration', bypass_mode: 'always' } as const
    const { repository, number, merge } = await protectedPull([requires('gate')], { bypass_actors: [actor] })
    expect((await settled(robot, repository, number)).mergeable_state).toBe('blocked')
    expect((await merge(scene.bob)).status).toBe(405)
    expect((await merge(robot)).status).toBe(200)
  })
})

describe('reviews', () => {
  const review = (client: RestClient, path: string, event: string) =>
    client.post(`${path}/reviews`, { event, body: 'because' })

  test('G084 G154 approvals of people with write access are counted', async () => {
    const { repository, number, merge } = await protectedPull([reviews(1)])
    const path = `${repository}/pulls/${number}`
    const text = 'At least 1 approving review is required by reviewers with write access.'
    expect((await merge()).body.message).toBe(text)
    await review(scene.rita, path, 'APPROVE')
    expect((await merge()).body.message).toBe(text)
    await review(scene.ann, path, 'APPROVE')
    expect((await merge()).status).toBe(200)
  })

  test('G153 requested changes block until they are taken back or dismissed', async () => {
    const { repository, number, merge } = await protectedPull([reviews(1)])
    const path = `${repository}/pulls/${number}`
    const { body: asked } = await review(scene.ann, path, 'REQUEST_CHANGES')
    expect((await merge()).status).toBe(405)
    const dismiss = (client: RestClient) => client.put(`${path}/reviews/${asked.id}/dismissals`, { message: 'ok' })
    expect((await dismiss(scene.bob)).status).toBe(403)
    expect((await dismiss(scene.ann)).body.state).toBe('DISMISSED')
    await review(scene.ann, path, 'APPROVE')
    expect((await merge()).status).toBe(200)
  })

  test('G113 a push dismisses approvals where the rule says so', async () => {
    const rules = [reviews(1, { dismiss_stale_reviews_on_push: true })]
    const pushed = await protectedPull(rules)
    await review(scene.ann, `${pushed.repository}/pulls/${pushed.number}`, 'APPROVE')
    await commitFile(scene.bob, pushed.repository, 'topic', { path: 'more', content: 'x' })
    expect((await pushed.merge()).status).toBe(405)
    const { body } = await scene.bob.get(`${pushed.repository}/pulls/${pushed.number}/reviews`)
    expect(body[0]).toMatchObject({ state: 'DISMISSED', commit_id: pushed.head })
    const name = pushed.repository.split('/').at(-1)
    await scene.webhooks.waitFor('pull_request_review.dismissed', (event) => event.repository.name === name)
  })

  test('G113 so does another pull request that lands and moves the merge base', async () => {
    const { repository, number, merge } = await protectedPull([reviews(1, { dismiss_stale_reviews_on_push: true })])
    const path = `${repository}/pulls/${number}`
    await cutBranch(scene.bob, repository, 'half', 'topic')
    await commitFile(scene.bob, repository, 'topic', { path: 'more', content: 'x' })
    const request = { title: 'half', head: 'half', base: 'main' }
    const { body: half } = await scene.bob.post(`${repository}/pulls`, request)
    await review(scene.ann, path, 'APPROVE')
    await review(scene.ann, `${repository}/pulls/${half.number}`, 'APPROVE')
    expect((await scene.bob.put(`${repository}/pulls/${half.number}/merge`)).status).toBe(200)
    expect((await scene.bob.get(`${path}/reviews`)).body[0].state).toBe('DISMISSED')
    expect((await merge()).status).toBe(405)
  })

  test('G114 the last pusher does not count where the rule says so', async () => {
    const { repository, number, merge } = await protectedPull([reviews(1, { require_last_push_approval: true })])
    await commitFile(scene.ann, repository, 'topic', { path: 'more', content: 'x' })
    await review(scene.ann, `${repository}/pulls/${number}`, 'APPROVE')
    expect((await merge()).status).toBe(405)
  })
})

describe('other rules', () => {
  test('G085 a merge queue answers 405 to all but those who may bypass it', async () => {
    const actor = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' } as const
    const rule = { type: 'merge_queue', parameters: { merge_method: 'MERGE' } }
    const { merge } = await protectedPull([rule], { bypass_actors: [actor] })
    const { status, body } = await merge(scene.bob)
    expect([status, body.message]).toEqual([405, 'Changes must be made through the merge queue'])
    expect((await merge(scene.ann)).status).toBe(200)
  })

  test('G081 a method that the ruleset leaves out answers 405', async () => {
    const { merge } = await protectedPull([reviews(0, { allowed_merge_methods: ['squash'] })])
    expect((await merge()).body.message).toContain('The selected merge method (merge) is not allowed')
    expect((await merge(scene.bob, { merge_method: 'squash' })).status).toBe(200)
  })

  test('G105 rules of a branch are a flat list of the active ones; the branch need not exist', async () => {
    const conditions = { ref_name: { include: ['refs/heads/release/*'], exclude: ['refs/heads/release/old'] } }
    const { repository, ruleset: first } = await protectedPull([{ type: 'deletion' }], { conditions })
    await scene.ann.post(`${repository}/rulesets`, ruleset([{ type: 'deletion' }, requires('x')], { conditions }))
    await scene.ann.post(
      `${repository}/rulesets`,
      ruleset([{ type: 'update' }], { conditions, enforcement: 'disabled' }),
    )
    const at = async (branch: string) =>
      (await scene.rita.get(`${repository}/rules/branches/${encodeURIComponent(branch)}`)).body
    const rules = await at('release/next')
    expect(rules.map((rule: Rule) => rule.type)).toEqual(['deletion', 'deletion', 'required_status_checks'])
    expect(rules[0]).toEqual({
      type: 'deletion',
      ruleset_id: first.id,
      ruleset_source: repository.slice('/repos/'.length),
      ruleset_source_type: 'Repository',
    })
    expect(await at('release/old')).toEqual([])
    expect(await at('main')).toEqual([])
  })

  test('G106 classic protection knows nothing of rulesets', async () => {
    const { repository } = await protectedPull([reviews(1)])
    const { status, body } = await scene.ann.get(`${repository}/branches/main/protection`)
    expect([status, body.message]).toEqual([404, 'Branch not protected'])
  })

  test('G111 writing a ref past a rule answers 422: the reasons for updates, a bare sentence for creations', async () => {
    const { repository } = await protectedPull([{ type: 'update' }, { type: 'non_fast_forward' }, { type: 'deletion' }])
    await scene.ann.post(
      `${repository}/rulesets`,
      ruleset([{ type: 'creation' }], { conditions: { ref_name: { include: ['refs/heads/locked'], exclude: [] } } }),
    )
    const sha = await tipOf(scene.ann, repository, 'topic')
    const update = await scene.ann.patch(`${repository}/git/refs/heads/main`, { sha })
    expect(update.status).toBe(422)
    expect(update.body.message).toMatch(/^Repository rule violations found\n\nCannot update this protected ref\.$/)
    const create = await scene.ann.post(`${repository}/git/refs`, { ref: 'refs/heads/locked', sha })
    expect([create.status, create.body.message]).toEqual([422, 'Reference update failed'])
    const contents = await scene.ann.put(`${repository}/contents/x`, { message: 'x', content: '' })
    expect(contents.status).toBe(422)
  })

  test('a rule against force pushes lets fast-forwards through', async () => {
    const { repository, head } = await protectedPull([{ type: 'non_fast_forward' }])
    const main = await tipOf(scene.ann, repository, 'main')
    expect((await scene.ann.patch(`${repository}/git/refs/heads/main`, { sha: head })).status).toBe(200)
    expect((await force(scene.ann, repository, 'main', main)).body.message).toContain('Cannot force-push')
  })

  test('G112 a ruleset says whether its reader may bypass it', async () => {
    const actor = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'pull_request' } as const
    const { repository, ruleset: made } = await protectedPull([{ type: 'deletion' }], { bypass_actors: [actor] })
    const word = async (client: RestClient) =>
      (await client.get(`${repository}/rulesets/${made.id}`)).body.current_user_can_bypass
    expect([await word(scene.ann), await word(scene.bob)]).toEqual(['pull_requests_only', 'never'])
  })
})
