import { createHmac } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { requireAccount } from '../../sandbox/github/accounts/create.ts'
import {
  acceptPermissions,
  changeRepositories,
  installApp,
  removeInstallation,
} from '../../sandbox/github/apps/install.ts'
import { requestAction } from '../../sandbox/github/checks/runs.ts'
import { setDraft } from '../../sandbox/github/pulls/edit.ts'
import { addRuleset } from '../../sandbox/github/rules/add-ruleset.ts'
import { eventually } from '../support/eventually.ts'
import {
  ALL_EVENTS,
  ALL_PERMISSIONS,
  commitFile,
  openPull,
  openScene,
  type RestClient,
  type Scene,
  SECRET,
  settled,
  tipOf,
} from '../support/local-github.ts'
import { webhookFaults, webhookKinds } from '../support/webhook-schemas.ts'

/** What the local GitHub sends, and what makes it send it; `event.action`, or the event alone where it has no action. */
const SENT = [
  'check_run.completed',
  'check_run.created',
  'check_run.requested_action',
  'check_run.rerequested',
  'check_suite.completed',
  'check_suite.requested',
  'check_suite.rerequested',
  'create',
  'delete',
  'deployment.created',
  'deployment_status.created',
  'installation.created',
  'installation.deleted',
  'installation.new_permissions_accepted',
  'installation.suspend',
  'installation.unsuspend',
  'installation_repositories.added',
  'installation_repositories.removed',
  'issue_comment.created',
  'issue_comment.deleted',
  'issue_comment.edited',
  'issues.opened',
  'merge_group.checks_requested',
  'merge_group.destroyed',
  'pull_request.closed',
  'pull_request.converted_to_draft',
  'pull_request.dequeued',
  'pull_request.edited',
  'pull_request.enqueued',
  'pull_request.opened',
  'pull_request.ready_for_review',
  'pull_request.reopened',
  'pull_request.review_requested',
  'pull_request.synchronize',
  'pull_request_review.dismissed',
  'pull_request_review.submitted',
  'push',
  'repository.renamed',
]

/** Kinds of entries in a pull request's history, which no webhook is named after. */
const IN_HISTORY_ONLY = ['head_ref_force_pushed']

describe('webhooks of the local GitHub', () => {
  let scene: Scene

  beforeAll(async () => {
    scene = await openScene()
    await causeEverything(scene)
    await eventually(() => scene.github.deliveries().every(({ done }) => done))
  })
  afterAll(() => scene.close())

  test('are all named here', () => {
    const kinds = scene.webhooks.received.map(({ event, payload }) => [event, payload.action].filter(Boolean).join('.'))
    expect([...new Set(kinds)].sort()).toEqual(SENT)
    const source = globSync('sandbox/github/**/*.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
    const events = [...source.matchAll(/\bevent: '(\w+)',/g)].map(([, event]) => event)
    const known = [...SENT.map((kind) => kind.split('.')[0]), ...IN_HISTORY_ONLY]
    expect(known).toEqual(expect.arrayContaining(events))
  })

  test.each(SENT)('%s looks as GitHub describes it', (kind) => {
    expect(webhookKinds()).toContain(kind)
    const received = scene.webhooks.all(kind)
    expect(received).not.toEqual([])
    expect([...new Set(received.flatMap(({ payload }) => webhookFaults(kind, payload)))]).toEqual([])
  })

  test.each(SENT)('%s has GitHub’s headers and a signature over its bytes', (kind) => {
    for (const { event, headers, raw } of scene.webhooks.all(kind)) {
      const signature = (algorithm: string) => `${algorithm}=${createHmac(algorithm, SECRET).update(raw).digest('hex')}`
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': expect.stringMatching(/^GitHub-Hookshot\/\w+$/),
        'x-github-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'x-github-event': event,
        'x-github-hook-id': expect.stringMatching(/^\d+$/),
        'x-github-hook-installation-target-id': expect.stringMatching(/^\d+$/),
        'x-github-hook-installation-target-type': 'integration',
        'x-hub-signature': signature('sha1'),
        'x-hub-signature-256': signature('sha256'),
      })
    }
  })
})

async function causeEverything(scene: Scene): Promise<void> {
  const repository = await scene.repository({ name: 'shop' })
  await changePulls(scene, repository)
  await talk(scene.bob, repository)
  await check(scene, repository)
  await deploy(await scene.robot(), repository)
  await pushTags(scene.bob, repository)
  await mergeByQueue(scene, repository)
  await scene.ann.patch(repository, { name: 'store' })
  await changeInstallations(scene)
}

async function changePulls({ ann, bob, github }: Scene, repository: string): Promise<void> {
  const { number } = await openPull(bob, repository, 'feature', { body: 'Why' })
  const at = `${repository}/pulls/${number}`
  await bob.patch(at, { title: 'A feature', body: null })
  await bob.post(`${repository}/issues/${number}/labels`, { labels: ['later'] })
  await bob.post(`${at}/requested_reviewers`, { reviewers: ['ann'] })
  await commitFile(bob, repository, 'feature', { path: 'more.txt', content: 'more\n' })
  const { body: review } = await ann.post(`${at}/reviews`, { event: 'APPROVE', body: 'good' })
  await ann.post(`${at}/reviews`, { event: 'COMMENT', body: 'hm' })
  await ann.put(`${at}/reviews/${review.id}/dismissals`, { message: 'too early' })
  await bob.patch(at, { state: 'closed' })
  await bob.patch(at, { state: 'open' })
  await commitFile(bob, repository, 'elsewhere', { path: 'else.txt', content: 'else\n' })
  await bob.patch(at, { base: 'elsewhere' })
  const other = await openPull(bob, repository, 'other', { draft: true })
  const place = github.repository('acme', 'shop')
  const pull = place.pulls.get(other.number)
  const actor = { kind: 'user', account: requireAccount(github.world, 'bob') } as const
  if (pull) for (const draft of [false, true]) await setDraft(github.world, place, pull, actor, draft)
  await settled(bob, repository, number)
  await bob.put(`${at}/merge`)
  await bob.delete(`${repository}/git/refs/heads/feature`)
  await bob.patch(`${repository}/pulls/${other.number}`, { state: 'closed' })
}

async function mergeByQueue({ bob, github }: Scene, repository: string): Promise<void> {
  const place = github.repository('acme', 'shop')
  const queue = { type: 'merge_queue', parameters: { merge_method: 'MERGE' } }
  const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } }
  const { id } = addRuleset(github.world, place, { name: 'queue', enforcement: 'active', conditions, rules: [queue] })
  const { node_id: pullRequestId } = await openPull(bob, repository, 'queued')
  const query = 'mutation ($input: EnqueuePullRequestInput!) { enqueuePullRequest(input: $input) { clientMutationId } }'
  await bob.send('POST', github.graphqlUrl, { query, variables: { input: { pullRequestId } } })
  place.rulesets.delete(id)
}

async function talk(bob: RestClient, repository: string): Promise<void> {
  const { body: issue } = await bob.post(`${repository}/issues`, { title: 'Broken', labels: ['bug'] })
  for (const number of [issue.number, 1]) {
    const { body: comment } = await bob.post(`${repository}/issues/${number}/comments`, { body: 'hello' })
    await bob.patch(`${repository}/issues/comments/${comment.id}`, { body: 'hello again' })
    await bob.delete(`${repository}/issues/comments/${comment.id}`)
  }
}

async function check(scene: Scene, repository: string): Promise<void> {
  const robot = await scene.robot()
  const { head } = await openPull(scene.bob, repository, 'checked')
  const actions = [{ label: 'Again', description: 'Look again', identifier: 'again' }]
  const { body: run } = await robot.post(`${repository}/check-runs`, {
    name: 'gate',
    head_sha: head.sha,
    status: 'in_progress',
    output: { title: 'Looking', summary: 'soon' },
    actions,
  })
  await robot.patch(`${repository}/check-runs/${run.id}`, { conclusion: 'action_required', external_id: 'x' })
  await scene.bob.post(`${repository}/check-runs/${run.id}/rerequest`)
  await scene.bob.post(`${repository}/check-suites/${run.check_suite.id}/rerequest`)
  const { world } = scene.github
  const place = scene.github.repository('acme', 'shop')
  const known = place.checkRuns.get(run.id)
  if (known) await requestAction(world, place, known, 'again', requireAccount(world, 'bob'))
}

async function deploy(robot: RestClient, repository: string): Promise<void> {
  const { body } = await robot.post(`${repository}/deployments`, {
    ref: 'main',
    required_contexts: [],
    auto_merge: false,
  })
  await robot.post(`${repository}/deployments/${body.id}/statuses`, { state: 'success', description: 'Healthy' })
}

async function pushTags(bob: RestClient, repository: string): Promise<void> {
  const sha = await tipOf(bob, repository, 'main')
  await bob.post(`${repository}/git/refs`, { ref: 'refs/tags/v1', sha })
  await bob.delete(`${repository}/git/refs/tags/v1`)
}

async function changeInstallations({ github, installation, webhooks }: Scene): Promise<void> {
  const { world } = github
  const ann = requireAccount(world, 'ann')
  github.suspend(installation)
  github.unsuspend(installation)
  const { slug } = github.registerApp({
    slug: 'other-robot',
    name: 'Other robot',
    owner: 'acme',
    permissions: ALL_PERMISSIONS,
    events: ALL_EVENTS,
    webhookUrl: webhooks.url,
    webhookSecret: SECRET,
  })
  const other = installApp(world, github.app(slug), 'acme', ['store'])
  const { id } = await github.createRepository({ owner: 'acme', name: 'second' })
  const second = world.repositories.get(id)
  if (!second) throw new Error('just created')
  changeRepositories(world, other, { add: second }, ann)
  changeRepositories(world, other, { remove: second }, ann)
  acceptPermissions(world, other, ann)
  removeInstallation(world, other, ann)
}
