import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createGitHub } from '../../src/adapters/github/create-github.ts'
import { UNPACED } from '../../src/adapters/github/pacing.ts'
import type { GitHub, GitHubRepository } from '../../src/model/github.ts'
import { calledRoutes } from '../support/called-routes.ts'
import { eventually } from '../support/eventually.ts'
import { ExchangeLog } from '../support/exchange-log.ts'
import {
  commitFile,
  cutBranch,
  force,
  openPull,
  openScene,
  type RestClient,
  type Scene,
  settled,
  tipOf,
} from '../support/local-github.ts'
import { answerFaults, documentedRefusals, type Exchange, requestFaults, routeOf } from '../support/openapi.ts'

const AT = '/repos/acme/shop'
const NO_SHA = 'a'.repeat(40)

/** What Lockstep's adapter says to the local GitHub, and what it hears, held against GitHub's OpenAPI description. */
describe('between Lockstep and the local GitHub', () => {
  let scene: Scene
  let log: ExchangeLog

  beforeAll(async () => {
    scene = await openScene()
    log = new ExchangeLog(scene.github.apiUrl)
    scene.github.createTeam({ organization: 'acme', slug: 'sre', members: { ann: 'active' } })
    await scene.repository({ name: 'shop' })
    const github = createGitHub({
      appId: scene.appId,
      privateKey: scene.github.app('robot').privateKeyPem,
      baseUrl: scene.github.apiUrl,
      pacing: UNPACED,
      fetch: log.fetch,
    })
    await useEverything(github, scene)
  })
  afterAll(() => scene.close())

  test('no request is unknown to the local GitHub', () => {
    expect(scene.github.unknownRequests).toEqual([])
  })

  test('every request and answer is on a route that the adapter names', () => {
    const used = new Set(log.exchanges.map((exchange) => routeOf(exchange) ?? `${exchange.method} ${exchange.path}`))
    expect([...used].sort()).toEqual(calledRoutes())
  })

  describe.each(calledRoutes())('%s', (route) => {
    const exchanges = (): Exchange[] => log.exchanges.filter((exchange) => routeOf(exchange) === route)

    test('has been answered, and requests and answers are as GitHub describes them', () => {
      expect(exchanges().filter(({ status }) => status < 300)).not.toEqual([])
      expect(exchanges().flatMap(requestFaults)).toEqual([])
      expect(exchanges().filter(hasAnswer).flatMap(answerFaults)).toEqual([])
    })

    test('is refused as GitHub describes it', async () => {
      const refusal = REFUSALS[route]
      if (!refusal) throw new Error('name a refusal')
      const [status, ask] = refusal
      const refused = new ExchangeLog(scene.github.apiUrl)
      await ask(await castOf(scene, refused))
      expect(refused.exchanges.map(routeOf)).toEqual([route])
      expect(refused.exchanges.map((exchange) => exchange.status)).toEqual([status])
      expect(refused.exchanges.flatMap(answerFaults)).toEqual([])
      if (documentedRefusals(route).length > 0 && !UNLISTED.includes(route)) {
        expect(documentedRefusals(route)).toContain(status)
      }
    })
  })
})

/** An answer to a conditional read has no body where nothing changed. */
function hasAnswer({ status }: Exchange): boolean {
  return status !== 304
}

interface Cast {
  readonly robot: RestClient
  readonly bob: RestClient
  readonly app: RestClient
  readonly pull: { readonly number: number }
  readonly comment: { readonly id: number }
  readonly deployment: { readonly id: number }
}

/** Its clients are written down. */
async function castOf(scene: Scene, log: ExchangeLog): Promise<Cast> {
  const robot = await scene.robot()
  const first = async (path: string) => (await robot.get(`${AT}${path}`)).body[0]
  return {
    robot: log.of(robot),
    bob: log.of(scene.bob),
    app: log.of(scene.app()),
    pull: await first('/pulls'),
    comment: await first('/issues/comments'),
    deployment: await first('/deployments'),
  }
}

type Refusal = readonly [status: number, ask: (cast: Cast) => Promise<unknown>]

/** Routes whose description lists refusals, but not the one that GitHub gives for this. */
const UNLISTED: readonly string[] = [
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/events',
  'GET /repos/{owner}/{repo}/pulls',
  'POST /app/hook/deliveries/{delivery_id}/attempts',
]

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': [422, ({ robot }) => robot.delete(`${AT}/git/refs/heads/none`)],
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': [
    404,
    ({ robot }) => robot.delete(`${AT}/issues/comments/1`),
  ],
  'GET /app': [401, ({ bob }) => bob.get('/app')],
  'GET /app/hook/deliveries': [422, ({ app }) => app.get('/app/hook/deliveries?cursor=none')],
  'GET /app/installations': [401, ({ bob }) => bob.get('/app/installations')],
  'GET /installation/repositories': [403, ({ bob }) => bob.get('/installation/repositories')],
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}': [
    404,
    ({ robot }) => robot.get('/orgs/acme/teams/sre/memberships/bob'),
  ],
  'GET /repos/{owner}/{repo}': [404, ({ robot }) => robot.get('/repos/acme/none')],
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': [
    404,
    ({ robot }) => robot.get(`${AT}/collaborators/nobody/permission`),
  ],
  'GET /repos/{owner}/{repo}/commits/{ref}': [422, ({ robot }) => robot.get(`${AT}/commits/none`)],
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': [
    422,
    ({ robot }) => robot.get(`${AT}/commits/none/check-runs`),
  ],
  'GET /repos/{owner}/{repo}/compare/{basehead}': [404, ({ robot }) => robot.get(`${AT}/compare/main...none`)],
  'GET /repos/{owner}/{repo}/deployments': [404, ({ robot }) => robot.get('/repos/acme/none/deployments')],
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': [
    404,
    ({ robot }) => robot.get(`${AT}/deployments/1/statuses`),
  ],
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': [404, ({ robot }) => robot.get(`${AT}/git/commits/${NO_SHA}`)],
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': [
    404,
    ({ robot }) => robot.get('/repos/acme/none/git/matching-refs/heads/main'),
  ],
  'GET /repos/{owner}/{repo}/git/ref/{ref}': [404, ({ robot }) => robot.get(`${AT}/git/ref/heads/none`)],
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': [404, ({ robot }) => robot.get(`${AT}/git/trees/${NO_SHA}`)],
  'GET /repos/{owner}/{repo}/issues/comments': [404, ({ robot }) => robot.get('/repos/acme/none/issues/comments')],
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': [
    404,
    ({ robot }) => robot.get(`${AT}/issues/comments/1/reactions`),
  ],
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': [
    404,
    ({ robot }) => robot.get(`${AT}/issues/999/comments`),
  ],
  'GET /repos/{owner}/{repo}/pulls': [404, ({ robot }) => robot.get('/repos/acme/none/pulls')],
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': [404, ({ robot }) => robot.get(`${AT}/pulls/999`)],
  'GET /repos/{owner}/{repo}/commits/{ref}/statuses': [
    404,
    ({ robot }) => robot.get(`${AT}/commits/${NO_SHA}/statuses`),
  ],
  'GET /repos/{owner}/{repo}/issues/{issue_number}/events': [404, ({ robot }) => robot.get(`${AT}/issues/999/events`)],
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits': [404, ({ robot }) => robot.get(`${AT}/pulls/999/commits`)],
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': [404, ({ robot }) => robot.get(`${AT}/pulls/999/reviews`)],
  'GET /repos/{owner}/{repo}/rules/branches/{branch}': [
    404,
    ({ robot }) => robot.get('/repos/acme/none/rules/branches/main'),
  ],
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': [
    404,
    ({ robot }) => robot.patch(`${AT}/check-runs/1`, { status: 'queued' }),
  ],
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': [
    422,
    ({ robot }) => robot.patch(`${AT}/git/refs/heads/none`, { sha: NO_SHA }),
  ],
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': [
    422,
    ({ bob, comment }) => bob.patch(`${AT}/issues/comments/${comment.id}`, {}),
  ],
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': [
    422,
    ({ robot, pull }) => robot.patch(`${AT}/pulls/${pull.number}`, { base: 'none' }),
  ],
  'POST /app/hook/deliveries/{delivery_id}/attempts': [404, ({ app }) => app.post('/app/hook/deliveries/1/attempts')],
  'POST /app/installations/{installation_id}/access_tokens': [
    404,
    ({ app }) => app.post('/app/installations/1/access_tokens'),
  ],
  'POST /repos/{owner}/{repo}/check-runs': [
    422,
    ({ robot }) => robot.post(`${AT}/check-runs`, { name: 'gate', head_sha: NO_SHA }),
  ],
  'POST /repos/{owner}/{repo}/deployments': [422, ({ robot }) => robot.post(`${AT}/deployments`, { ref: 'none' })],
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': [
    422,
    ({ robot, deployment }) => robot.post(`${AT}/deployments/${deployment.id}/statuses`, { state: 'finished' }),
  ],
  'POST /repos/{owner}/{repo}/git/commits': [
    422,
    ({ robot }) => robot.post(`${AT}/git/commits`, { message: 'x', tree: NO_SHA }),
  ],
  'POST /repos/{owner}/{repo}/git/refs': [
    422,
    ({ robot }) => robot.post(`${AT}/git/refs`, { ref: 'refs/heads/main', sha: NO_SHA }),
  ],
  'POST /repos/{owner}/{repo}/git/trees': [422, ({ robot }) => robot.post(`${AT}/git/trees`, { base_tree: NO_SHA })],
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': [
    422,
    ({ robot, comment }) => robot.post(`${AT}/issues/comments/${comment.id}/reactions`, { content: 'nose' }),
  ],
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': [
    404,
    ({ robot }) => robot.post(`${AT}/issues/999/comments`, { body: 'x' }),
  ],
  'POST /repos/{owner}/{repo}/pulls': [
    422,
    ({ robot }) => robot.post(`${AT}/pulls`, { title: 'x', head: 'none', base: 'main' }),
  ],
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge': [
    409,
    ({ robot, pull }) => robot.put(`${AT}/pulls/${pull.number}/merge`, { sha: NO_SHA }),
  ],
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals': [
    404,
    ({ robot, pull }) => robot.put(`${AT}/pulls/${pull.number}/reviews/1/dismissals`, { message: 'too early' }),
  ],
}

/** Each method of the adapter at least once, with the answers that differ in shape. */
async function useEverything(github: GitHub, scene: Scene): Promise<void> {
  const { installation, bob } = scene
  const repository = github.repository({ installation, owner: 'acme', name: 'shop' })
  await github.repositories()
  await github.gitAccess(repository.ref)
  await repository.defaultBranch()
  await usePeople(repository)
  const main = await useBranches(repository, bob)
  const number = await usePulls(repository, bob)
  await useComments(repository, await scene.robot(), bob, number)
  await useChecks(repository, main)
  await useDeployments(repository, main)
  await useRules(repository, scene)
  await useMerge(repository, bob)
  await useRedelivery(github, scene)
}

async function usePeople({ people }: GitHubRepository): Promise<void> {
  for (const login of ['ann', 'bob', 'rita', 'eve', 'nobody']) await people.permission(login)
  for (const login of ['ann', 'bob']) await people.isTeamMember('acme/sre', login)
}

/** Answers the tip of the default branch. */
async function useBranches({ branches }: GitHubRepository, bob: RestClient): Promise<string> {
  const main = await tipOf(bob, AT, 'main')
  await branches.createOrphan('lockstep/state', 'Begin', [{ path: 'README.md', content: 'state\n' }])
  await branches.create('work', main)
  await branches.create('work', main)
  await branches.list('wo')
  await branches.isOwn(main)
  await branches.isBefore(main, main)
  const tool = await addTool(bob)
  const first = { branch: 'tool', expectedHead: tool, headline: 'Change', body: 'And why.' }
  const plain = await branches.commit({ ...first, changes: [{ path: 'README.md', content: 'changed\n' }] })
  if (plain === 'stale') throw new Error('nobody else writes here')
  const second = { branch: 'tool', expectedHead: plain.sha, headline: 'Change the tool' }
  await branches.commit({ ...second, changes: [{ path: 'bin/tool', content: '#!/bin/sh\n' }] })
  await branches.commit({ ...second, changes: [{ path: 'README.md', content: 'late\n' }] })
  await branches.delete('work')
  await branches.delete('work')
  return main
}

/** An executable file, which only the Git Data API can change. */
async function addTool(bob: RestClient): Promise<string> {
  const base = await tipOf(bob, AT, 'main')
  const tree = [{ path: 'bin/tool', mode: '100755', type: 'blob', content: 'old' }]
  const { body: made } = await bob.post(`${AT}/git/trees`, { base_tree: base, tree })
  const { body: commit } = await bob.post(`${AT}/git/commits`, { message: 'Tool', tree: made.sha, parents: [base] })
  await bob.post(`${AT}/git/refs`, { ref: 'refs/heads/tool', sha: commit.sha })
  return commit.sha
}

async function usePulls({ pulls }: GitHubRepository, bob: RestClient): Promise<number> {
  await commitFile(bob, AT, 'feature', { path: 'feature.txt', content: 'x\n' })
  const request = { title: 'Feature', body: 'Why', head: 'feature', base: 'main' }
  const { number, head } = await pulls.create(request)
  await pulls.create(request)
  await pulls.update(number, { title: 'A feature', body: 'Because' })
  await bob.post(`${AT}/issues/${number}/labels`, { labels: ['later'] })
  await bob.post(`${AT}/pulls/${number}/reviews`, { event: 'APPROVE' })
  await bob.post(`${AT}/pulls/${number}/reviews`, { event: 'COMMENT', body: 'hm' })
  await settled(bob, AT, number)
  await pulls.listOpen()
  await pulls.get(number)
  await pulls.get(999)
  const reviews = await pulls.reviews(number)
  for (const { id } of reviews) await pulls.dismissReview(number, id, 'Another result.')
  await pulls.standing(number)
  await pulls.committers(number)
  await commitFile(bob, AT, 'feature', { path: 'more.txt', content: 'x\n' })
  await force(bob, AT, 'feature', head.sha)
  await pulls.forcePushes(number)
  return number
}

/** A pull request that rules of its base hold back. */
async function useRules({ pulls }: GitHubRepository, { ann, bob }: Scene): Promise<void> {
  await cutBranch(bob, AT, 'guarded')
  await ann.post(`${AT}/rulesets`, {
    name: 'guarded',
    enforcement: 'active',
    conditions: { ref_name: { include: ['refs/heads/guarded'], exclude: [] } },
    rules: [
      {
        type: 'pull_request',
        parameters: {
          required_approving_review_count: 1,
          dismiss_stale_reviews_on_push: false,
          require_code_owner_review: true,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
    ],
  })
  const { number } = await openPull(bob, AT, 'for-guarded', { base: 'guarded' })
  await settled(bob, AT, number)
  await pulls.standing(number)
}

async function useComments({ comments }: GitHubRepository, robot: RestClient, bob: RestClient, number: number) {
  const { body: asked } = await bob.post(`${AT}/issues/${number}/comments`, { body: '/promote' })
  await comments.create(number, 'hello')
  await comments.ensure(number, 'preview', 'one')
  const standing = (await comments.list(number)).findLast((comment) => comment.ours)
  await robot.post(`${AT}/issues/${number}/comments`, { body: standing?.body })
  await comments.ensure(number, 'preview', 'two')
  await comments.listSince('2020-01-01T00:00:00Z')
  await comments.react(asked.id, 'eyes')
  await comments.react(asked.id, 'eyes')
  await comments.ownReactions(asked.id)
}

async function useChecks({ checks }: GitHubRepository, headSha: string): Promise<void> {
  const gate = { name: 'lockstep/gate', headSha, title: 'Looking', summary: 'soon' }
  await checks.publish({ ...gate, status: 'in_progress' })
  const annotation = {
    path: 'README.md',
    startLine: 1,
    endLine: 1,
    level: 'warning',
    message: 'hm',
    title: 'Hm',
  } as const
  const actions = [{ label: 'Again', description: 'Look again', identifier: 'again' }]
  await checks.publish({
    ...gate,
    status: 'completed',
    conclusion: 'action_required',
    text: 'more',
    annotations: Array.from({ length: 60 }, () => annotation),
    actions,
  })
  await checks.list(headSha)
  await checks.reported(headSha)
}

async function useDeployments({ deployments }: GitHubRepository, sha: string): Promise<void> {
  const report = { environment: 'prod', application: 'checkout', sha, description: 'Applying' }
  await deployments.record({ ...report, state: 'in_progress' })
  await deployments.record({ ...report, state: 'success' })
}

/** One merge that is refused for its head, and one that is done. */
async function useMerge({ pulls }: GitHubRepository, bob: RestClient): Promise<void> {
  const { number, head } = await openPull(bob, AT, 'to-merge')
  await settled(bob, AT, number)
  await pulls.merge(number, { sha: NO_SHA })
  await pulls.merge(number, { sha: head.sha, title: 'Merge it', message: 'Because' })
  await pulls.get(number)
  await openPull(bob, AT, 'to-stay')
}

async function useRedelivery(github: GitHub, { github: local, webhooks, bob }: Scene): Promise<void> {
  webhooks.answer = 500
  await bob.post(`${AT}/issues/1/comments`, { body: 'not heard' })
  await eventually(() => local.deliveries({ event: 'issue_comment' }).some(({ statusCode }) => statusCode === 500))
  webhooks.answer = 200
  await github.redeliverFailed()
}
