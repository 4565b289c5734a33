import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Body, commitFile, openScene, type Scene, settled } from '../../support/local-github.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
  scene.github.createTeam({ organization: 'acme', slug: 'sre', members: { bob: 'active' } })
})
afterAll(() => scene.close())

/** A repository whose `main` asks for a review by the code owners, and a pull request that adds `path`. */
async function pullThatAdds(path: string, owners: string, place = '.github/CODEOWNERS', count = 0) {
  const repository = await scene.repository({
    from: [{ message: 'Begin', files: { 'README.md': 'hello\n', [place]: owners } }],
    rulesets: [
      {
        name: 'main',
        enforcement: 'active',
        conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
        rules: [
          {
            type: 'pull_request',
            parameters: { required_approving_review_count: count, require_code_owner_review: true },
          },
        ],
      },
    ],
  })
  await commitFile(scene.bob, repository, 'topic', { path, content: 'x\n' })
  const { body: pull } = await scene
    .robot()
    .then((robot) => robot.post(`${repository}/pulls`, { title: 'topic', head: 'topic', base: 'main' }))
  return { repository, pull }
}

const approve = (who: 'ann' | 'bob', repository: string, pull: Body) =>
  scene[who].post(`${repository}/pulls/${pull.number}/reviews`, { event: 'APPROVE', commit_id: pull.head.sha })

async function standing(repository: string, pull: Body) {
  const { mergeable_state: state } = await settled(scene.bob, repository, pull.number)
  const merge = await scene.ann.put(`${repository}/pulls/${pull.number}/merge`, { sha: pull.head.sha })
  return { state, status: merge.status, message: merge.body.message }
}

const WAITS = { state: 'blocked', status: 405 }

describe('code owners', () => {
  test.each([
    ['apps/shop/prod/k.yaml', 'apps/*/prod/ @acme/sre\n'],
    ['apps/shop/prod/k.yaml', '* @ann\n/apps/**/k.yaml @bob # mine\n'],
    ['prod/k.yaml', 'prod @acme/sre\n'],
    ['a/prod/k.yaml', 'prod/ @acme/sre\n'],
    ['a/b/k.yaml', '*.yaml @acme/sre\n'],
    ['docs/k.yaml', 'docs/* @bob\n'],
  ])('of %s by %j: one of them has to approve', async (path, owners) => {
    const { repository, pull } = await pullThatAdds(path, owners)
    await approve('ann', repository, pull)
    const before = await standing(repository, pull)
    expect(before).toMatchObject(WAITS)
    expect(before.message).toContain('Waiting on code owner review from ')
    await approve('bob', repository, pull)
    expect(await standing(repository, pull)).toMatchObject({ status: 200 })
  })

  test.each([
    ['docs/more/k.yaml', 'docs/* @bob\n'],
    ['apps/k.yaml', 'apps/ @bob\napps/k.yaml\n'],
    ['other/apps/k.yaml', '/apps/ @bob\n'],
    ['k.yaml', '# k.yaml @bob\n'],
  ])('of %s by %j: nobody', async (path, owners) => {
    const { repository, pull } = await pullThatAdds(path, owners)
    expect(await standing(repository, pull)).toMatchObject({ status: 200 })
  })

  test('the first of the places where GitHub looks counts, and an owner’s approval is one of those asked for', async () => {
    const { repository, pull } = await pullThatAdds('k.yaml', '* @bob\n', 'docs/CODEOWNERS', 1)
    expect((await standing(repository, pull)).message).toContain('At least 1 approving review')
    await approve('bob', repository, pull)
    expect(await standing(repository, pull)).toMatchObject({ status: 200 })
  })
})
