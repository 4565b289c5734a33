import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { allRoutes } from '../../sandbox/github/routes/index.ts'
import { ExchangeLog } from '../support/exchange-log.ts'
import {
  commitFile,
  force,
  openPull,
  openScene,
  type RestClient,
  type Scene,
  settled,
  tipOf,
} from '../support/local-github.ts'
import { answerFaults, type Exchange, requestFaults, routeOf } from '../support/openapi.ts'

/** The root of a tree is the contents of an empty path, which the description's `{path}` cannot say. */
const CONTENTS_OF_THE_ROOT = 'GET /repos/x/x/contents'
/** No branch has classic protection here, so its whole answer is a refusal. */
const ONLY_REFUSED = 'GET /repos/{owner}/{repo}/branches/{branch}/protection'

/** All routes of the local GitHub, also those that only people and tests use, held against GitHub's OpenAPI description. */
describe('each route of the local GitHub', () => {
  let scene: Scene
  let log: ExchangeLog
  const described = (): Exchange[] => log.exchanges.filter((exchange) => routeOf(exchange) !== undefined)

  beforeAll(async () => {
    scene = await openScene()
    log = new ExchangeLog(scene.github.apiUrl)
    await useEverything(scene, log)
  })
  afterAll(() => scene.close())

  test('is one that GitHub has, and has been answered here', () => {
    const answered = new Set(
      described()
        .filter((exchange) => exchange.status < 300 || routeOf(exchange) === ONLY_REFUSED)
        .map(routeOf),
    )
    const missing = allRoutes(scene.github.limits)
      .map(({ kind, method, path }) => ({ method, path: samplePath(kind === 'global' ? path : `/repos/x/x${path}`) }))
      .filter((route) => !answered.has(routeOf(route)))
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([CONTENTS_OF_THE_ROOT])
  })

  test('takes requests and gives answers as GitHub describes them', () => {
    const found = described().map((exchange) => ({
      route: `${routeOf(exchange)} ${exchange.status}`,
      faults: [...requestFaults(exchange), ...answerFaults(exchange)],
    }))
    expect(found.filter(({ faults }) => faults.length > 0)).toEqual([])
    expect(scene.github.unknownRequests).toEqual([])
  })
})

/** A pattern with its parameters filled in. */
function samplePath(pattern: string): string {
  return pattern.replaceAll(/:\w+(\{[^}]*\})?/g, 'x')
}

interface Stage {
  readonly scene: Scene
  readonly ann: RestClient
  readonly bob: RestClient
  readonly robot: RestClient
  readonly at: string
}

async function useEverything(scene: Scene, log: ExchangeLog): Promise<void> {
  scene.github.createTeam({ organization: 'acme', slug: 'sre', members: { ann: 'active' } })
  const at = await scene.repository({ name: 'shop', collaborators: { ann: 'admin', bob: 'write', rita: 'read' } })
  const robot = log.of(await scene.robot())
  const stage = { scene, ann: log.of(scene.ann), bob: log.of(scene.bob), robot, at }
  await useAccounts(stage)
  await useGitData(stage)
  await useContents(stage)
  await usePulls(stage)
  await useConversation(stage)
  await useChecks(stage)
  await useDeployments(stage)
  await useRepository(stage)
  await useApp(stage, log.of(scene.app()), await log.of(await scene.robot()))
}

async function useAccounts({ ann, bob, robot, at }: Stage): Promise<void> {
  await ann.get('/user')
  await ann.get('/user/repos?per_page=100')
  await ann.get('/users/bob')
  await ann.get('/rate_limit')
  await robot.get('/orgs/acme/teams/sre')
  await robot.get('/orgs/acme/teams/sre/memberships/ann')
  await bob.get(`${at}/collaborators/rita`)
  await bob.get(`${at}/collaborators/rita/permission`)
}

async function useGitData({ bob, at }: Stage): Promise<void> {
  const main = (await bob.get(`${at}/git/ref/heads/main`)).body.object.sha
  const { body: blob } = await bob.post(`${at}/git/blobs`, { content: 'x\n', encoding: 'utf-8' })
  await bob.get(`${at}/git/blobs/${blob.sha}`)
  const entry = { path: 'x.txt', mode: '100644', type: 'blob', sha: blob.sha }
  const { body: tree } = await bob.post(`${at}/git/trees`, { base_tree: main, tree: [entry] })
  await bob.get(`${at}/git/trees/${tree.sha}?recursive=1`)
  const { body: commit } = await bob.post(`${at}/git/commits`, { message: 'Add x', tree: tree.sha, parents: [main] })
  await bob.get(`${at}/git/commits/${commit.sha}`)
  await bob.post(`${at}/git/refs`, { ref: 'refs/heads/data', sha: main })
  await bob.patch(`${at}/git/refs/heads/data`, { sha: commit.sha, force: false })
  await bob.get(`${at}/git/matching-refs/heads/d`)
  await bob.get(`${at}/commits`)
  await bob.get(`${at}/commits/${commit.sha}`)
  await bob.get(`${at}/compare/main...data`)
  await bob.post(`${at}/merges`, { base: 'main', head: 'data', commit_message: 'Merge data' })
  await bob.delete(`${at}/git/refs/heads/data`)
}

async function useContents({ bob, at }: Stage): Promise<void> {
  const content = Buffer.from('hello\n').toString('base64')
  const { body: made } = await bob.put(`${at}/contents/docs/a.md`, { message: 'Add', content, branch: 'main' })
  const { sha } = made.content
  const { body: changed } = await bob.put(`${at}/contents/docs/a.md`, { message: 'Change', content: 'eDogMQo=', sha })
  await bob.get(`${at}/contents/docs`)
  await bob.get(`${at}/contents/docs/a.md?ref=main`)
  await bob.get(`${at}/contents`)
  await bob.delete(`${at}/contents/docs/a.md`, { message: 'Remove', sha: changed.content.sha })
}

async function usePulls(stage: Stage): Promise<void> {
  const { ann, bob, at, scene } = stage
  const { number, head } = await openPull(bob, at, 'feature', { body: 'Why' })
  const pull = `${at}/pulls/${number}`
  await bob.get(`${at}/pulls?state=open&sort=created&direction=desc`)
  await bob.patch(pull, { title: 'A feature' })
  await bob.get(`${pull}/files`)
  await bob.get(`${pull}/commits`)
  await commitFile(scene.bob, at, head.ref, { path: 'more.txt', content: 'more\n' })
  await force(scene.bob, at, head.ref, head.sha)
  await bob.get(`${at}/issues/${number}/events`)
  await bob.post(`${pull}/requested_reviewers`, { reviewers: ['ann'] })
  await useReviews(stage, pull)
  await commitFile(scene.bob, at, 'main', { path: 'other.txt', content: 'other\n' })
  await bob.put(`${pull}/update-branch`, { expected_head_sha: head.sha })
  await settled(bob, at, number)
  await ann.put(`${pull}/merge`, { merge_method: 'squash', commit_title: 'Feature' })
  await ann.get(`${pull}/merge`)
  await ann.put(`${pull}/merge`)
}

async function useReviews({ ann, at }: Stage, pull: string): Promise<void> {
  await ann.post(`${pull}/reviews`, { event: 'COMMENT', body: 'hm' })
  const { body: draft } = await ann.post(`${pull}/reviews`, { body: 'later' })
  await ann.get(`${pull}/reviews`)
  await ann.post(`${pull}/reviews/${draft.id}/events`, { event: 'APPROVE', body: 'good' })
  await ann.get(`${pull}/reviews/${draft.id}`)
  await ann.put(`${pull}/reviews/${draft.id}/dismissals`, { message: 'too early' })
  await ann.post(`${pull}/reviews`, { event: 'APPROVE' })
  await ann.get(`${at}/pulls?state=all`)
}

async function useConversation({ bob, robot, at }: Stage): Promise<void> {
  const { body: issue } = await bob.post(`${at}/issues`, { title: 'Broken', body: 'it is', labels: ['bug'] })
  const one = `${at}/issues/${issue.number}`
  await bob.get(`${at}/issues?state=all`)
  await bob.get(one)
  await bob.post(`${one}/labels`, { labels: ['later'] })
  await bob.put(`${one}/lock`)
  await bob.delete(`${one}/lock`)
  for (const client of [bob, robot]) await client.post(`${one}/comments`, { body: 'hello' })
  const { body: comments } = await bob.get(`${one}/comments`)
  await bob.get(`${at}/issues/comments?since=2020-01-01T00:00:00Z`)
  const comment = `${at}/issues/comments/${comments[0].id}`
  await bob.get(comment)
  await bob.patch(comment, { body: 'hello again' })
  for (const owner of [one, comment]) await useReactions(bob, owner)
  await bob.delete(comment)
}

async function useReactions(client: RestClient, owner: string): Promise<void> {
  for (let time = 0; time < 2; time++) await client.post(`${owner}/reactions`, { content: 'rocket' })
  const { body: reactions } = await client.get(`${owner}/reactions`)
  await client.delete(`${owner}/reactions/${reactions[0].id}`)
}

async function useChecks({ bob, robot, at, scene }: Stage): Promise<void> {
  const head_sha = await tipOf(scene.bob, at, 'main')
  await robot.post(`${at}/check-suites`, { head_sha })
  const annotation = { path: 'x.txt', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'hm' }
  const output = { title: 'Hm', summary: 'so so', annotations: [annotation] }
  const { body: made } = await robot.post(`${at}/check-runs`, { name: 'gate', head_sha, status: 'in_progress', output })
  const run = `${at}/check-runs/${made.id}`
  await robot.patch(run, { status: 'completed', conclusion: 'failure' })
  await bob.get(run)
  await bob.get(`${run}/annotations`)
  const suite = `${at}/check-suites/${made.check_suite.id}`
  await bob.get(suite)
  await bob.get(`${suite}/check-runs`)
  await bob.get(`${at}/commits/main/check-runs?filter=all`)
  await bob.get(`${at}/commits/main/check-suites`)
  await bob.post(`${run}/rerequest`)
  await bob.post(`${suite}/rerequest`)
  await robot.post(`${at}/statuses/${head_sha}`, { state: 'success', context: 'ci', description: 'fine' })
  await bob.get(`${at}/commits/main/statuses`)
  await bob.get(`${at}/commits/main/status`)
}

async function useDeployments({ bob, robot, at }: Stage): Promise<void> {
  const request = { ref: 'main', required_contexts: [], auto_merge: false, environment: 'dev' }
  const { body: made } = await robot.post(`${at}/deployments`, request)
  const deployment = `${at}/deployments/${made.id}`
  await robot.post(`${deployment}/statuses`, { state: 'success', environment_url: 'https://dev.example.com' })
  await bob.get(`${at}/deployments?environment=dev`)
  await bob.get(deployment)
  await bob.get(`${deployment}/statuses`)
  await robot.delete(deployment)
}

async function useRepository({ ann, bob, at }: Stage): Promise<void> {
  await bob.get(at)
  await ann.patch(at, { allow_rebase_merge: false, delete_branch_on_merge: true })
  await bob.get(`${at}/branches`)
  await bob.get(`${at}/branches/main`)
  await ann.get(`${at}/branches/main/protection`)
  const ruleset = {
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [{ type: 'deletion' }, { type: 'required_status_checks', parameters: requiredGate() }],
  }
  const { body: made } = await ann.post(`${at}/rulesets`, ruleset)
  await ann.get(`${at}/rulesets`)
  await ann.get(`${at}/rulesets/${made.id}`)
  await bob.get(`${at}/rules/branches/main`)
  await ann.put(`${at}/rulesets/${made.id}`, { enforcement: 'disabled' })
  await ann.delete(`${at}/rulesets/${made.id}`)
}

function requiredGate() {
  return { required_status_checks: [{ context: 'lockstep/gate' }], strict_required_status_checks_policy: false }
}

async function useApp({ at, bob, scene }: Stage, app: RestClient, spare: RestClient): Promise<void> {
  await app.get('/app')
  await bob.get('/apps/robot')
  await app.get('/app/installations')
  await app.get(`/app/installations/${scene.installation}`)
  await app.get(`${at}/installation`)
  await app.get('/orgs/acme/installation')
  scene.github.installApp('robot', 'bob', 'all')
  await app.get('/users/bob/installation')
  await app.post(`/app/installations/${scene.installation}/access_tokens`, { repositories: ['shop'] })
  await spare.get('/installation/repositories')
  await spare.delete('/installation/token')
  await app.get('/app/hook/config')
  await app.patch('/app/hook/config', { content_type: 'json' })
  const { body: deliveries } = await app.get('/app/hook/deliveries?per_page=5')
  await app.get(`/app/hook/deliveries/${deliveries[0].id}`)
  await app.post(`/app/hook/deliveries/${deliveries[0].id}/attempts`)
  await app.delete(`/app/installations/${scene.installation}`)
}
