import { printMarker } from '../../src/adapters/github/comment-marker.ts'
import type { GitHub, GitHubRepository } from '../../src/model/github.ts'
import {
  checkRunAnswer,
  commentAnswer,
  gitCommitAnswer,
  pullAnswer,
  repositoryAnswer,
  treeAnswer,
} from './github-answers.ts'
import { APP_ID, AT, OTHER_SHA, REPOSITORY, SHA } from './github-names.ts'

export type Route = readonly [method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string]

/** One thing the adapter does: how it is asked for, the request that matters, and GitHub's good answers to all it sends. */
export interface AdapterCall {
  readonly name: string
  readonly run: (repository: GitHubRepository, github: GitHub) => Promise<unknown>
  readonly route: Route
  readonly write: boolean
  readonly answers: readonly (readonly [Route, number, unknown?])[]
}

const REPOSITORY_READ = [['GET', AT], 200, repositoryAnswer()] as const
const NO_RUNS = [['GET', `${AT}/commits/${SHA}/check-runs`], 200, { total_count: 0, check_runs: [] }] as const
const APP_READ = [['GET', '/app'], 200, { id: APP_ID, slug: 'lockstep' }] as const
const NEW_RUN = {
  name: 'lockstep/gate',
  headSha: SHA,
  status: 'completed',
  conclusion: 'success',
  title: 'Fine',
  summary: '',
} as const
const COMMIT = {
  branch: 'lockstep/state',
  expectedHead: SHA,
  headline: 'Hold',
  changes: [{ path: 'a/b.yaml', content: 'x' }],
}
const MARKED = commentAnswer({ body: `${printMarker('preview')}\nold` })
const NO_QUEUE = {
  data: {
    repository: {
      pullRequest: {
        isMergeQueueEnabled: false,
        isInMergeQueue: false,
        reviewDecision: null,
        timelineItems: { nodes: [] },
      },
    },
  },
}
const DEPLOYMENT = {
  environment: 'prod',
  application: 'checkout',
  sha: SHA,
  state: 'success',
  description: 'Healthy',
} as const

function read(name: string, route: Route, answer: unknown, run: AdapterCall['run'], more: AdapterCall['answers'] = []) {
  return { name, run, route, write: false, answers: [[route, 200, answer], ...more] } satisfies AdapterCall
}

function write(
  name: string,
  route: Route,
  [status, answer]: readonly [number, unknown?],
  run: AdapterCall['run'],
  more: AdapterCall['answers'] = [],
) {
  return { name, run, route, write: true, answers: [[route, status, answer], ...more] } satisfies AdapterCall
}

export const CALLS: readonly AdapterCall[] = [
  read('default branch', ['GET', AT], repositoryAnswer(), (repository) => repository.defaultBranch()),
  read('visibility', ['GET', AT], repositoryAnswer(), (repository) => repository.isPublic()),
  read('pulls.get', ['GET', `${AT}/pulls/5`], pullAnswer(), (repository) => repository.pulls.get(5)),
  read('pulls.listOpen', ['GET', `${AT}/pulls`], [pullAnswer()], (repository) => repository.pulls.listOpen()),
  read('pulls.listByHead', ['GET', `${AT}/pulls`], [pullAnswer()], (repository) =>
    repository.pulls.listByHead('feature'),
  ),
  write(
    'pulls.create',
    ['POST', `${AT}/pulls`],
    [201, pullAnswer()],
    (repository) => repository.pulls.create({ title: 'T', body: 'B', head: 'feature', base: 'main' }),
    [[['GET', `${AT}/pulls`], 200, []]],
  ),
  write('pulls.update', ['PATCH', `${AT}/pulls/5`], [200, pullAnswer()], (repository) =>
    repository.pulls.update(5, { title: 'T' }),
  ),
  write(
    'pulls.merge',
    ['PUT', `${AT}/pulls/5/merge`],
    [200, { sha: OTHER_SHA, merged: true, message: '' }],
    (repository) => repository.pulls.merge(5, { sha: SHA }),
    [REPOSITORY_READ, [['GET', `${AT}/pulls/5`], 200, pullAnswer()]],
  ),
  read('pulls.standing', ['POST', '/graphql'], NO_QUEUE, (repository) => repository.pulls.standing(5), [
    [['GET', `${AT}/pulls/5`], 200, pullAnswer({ mergeable_state: 'clean' })],
  ]),
  read(
    'pulls.standing: rules',
    ['GET', `${AT}/rules/branches/main`],
    [],
    (repository) => repository.pulls.standing(5),
    [
      [['GET', `${AT}/pulls/5`], 200, pullAnswer({ mergeable_state: 'blocked' })],
      [['POST', '/graphql'], 200, NO_QUEUE],
    ],
  ),
  read('pulls.reviews', ['GET', `${AT}/pulls/5/reviews`], [], (repository) => repository.pulls.reviews(5)),
  write('pulls.dismissReview', ['PUT', `${AT}/pulls/5/reviews/80/dismissals`], [200, {}], (repository) =>
    repository.pulls.dismissReview(5, 80, 'Another result.'),
  ),
  read('pulls.committers', ['GET', `${AT}/pulls/5/commits`], [], (repository) => repository.pulls.committers(5)),
  read('pulls.forcePushes', ['GET', `${AT}/issues/5/events`], [], (repository) => repository.pulls.forcePushes(5)),
  read('comments.list', ['GET', `${AT}/issues/5/comments`], [commentAnswer()], (repository) =>
    repository.comments.list(5),
  ),
  read('comments.listSince', ['GET', `${AT}/issues/comments`], [commentAnswer()], (repository) =>
    repository.comments.listSince('2026-01-01T00:00:00Z'),
  ),
  write(
    'comments.create',
    ['POST', `${AT}/issues/5/comments`],
    [201, commentAnswer()],
    (repository) => repository.comments.create(5, 'hello'),
    [[['GET', `${AT}/issues/5/comments`], 200, []]],
  ),
  write(
    'comments.ensure',
    ['PATCH', `${AT}/issues/comments/100`],
    [200, MARKED],
    (repository) => repository.comments.ensure(5, 'preview', 'new'),
    [[['GET', `${AT}/issues/5/comments`], 200, [MARKED]]],
  ),
  write('comments.react', ['POST', `${AT}/issues/comments/100/reactions`], [201, {}], (repository) =>
    repository.comments.react(100, 'eyes'),
  ),
  read(
    'comments.ownReactions',
    ['GET', `${AT}/issues/comments/100/reactions`],
    [],
    (repository) => repository.comments.ownReactions(100),
    [APP_READ],
  ),
  read(
    'checks.list',
    ['GET', `${AT}/commits/${SHA}/check-runs`],
    { total_count: 1, check_runs: [checkRunAnswer()] },
    (repository) => repository.checks.list(SHA),
  ),
  read(
    'checks.reported: runs',
    ['GET', `${AT}/commits/${SHA}/check-runs`],
    { total_count: 1, check_runs: [checkRunAnswer()] },
    (repository) => repository.checks.reported(SHA),
    [[['GET', `${AT}/commits/${SHA}/statuses`], 200, []]],
  ),
  read(
    'checks.reported: statuses',
    ['GET', `${AT}/commits/${SHA}/statuses`],
    [],
    (repository) => repository.checks.reported(SHA),
    [[['GET', `${AT}/commits/${SHA}/check-runs`], 200, { total_count: 0, check_runs: [] }]],
  ),
  write(
    'checks.publish',
    ['POST', `${AT}/check-runs`],
    [201, checkRunAnswer()],
    (repository) => repository.checks.publish(NEW_RUN),
    [NO_RUNS],
  ),
  read('branches.tip', ['GET', `${AT}/git/ref/heads%2Fmain`], { object: { sha: SHA } }, (repository) =>
    repository.branches.tip('main'),
  ),
  read(
    'branches.list',
    ['GET', `${AT}/git/matching-refs/heads%2Fq%2F`],
    [{ ref: 'refs/heads/q/a', object: { sha: SHA } }],
    (repository) => repository.branches.list('q/'),
  ),
  write(
    'branches.create',
    ['POST', `${AT}/git/refs`],
    [201, {}],
    (repository) => repository.branches.create('b', SHA),
    [[['GET', `${AT}/git/ref/heads%2Fb`], 404]],
  ),
  write(
    'branches.commit',
    ['POST', '/graphql'],
    [200, { data: { createCommitOnBranch: { commit: { oid: OTHER_SHA } } } }],
    (repository) => repository.branches.commit(COMMIT),
    [
      [['GET', `${AT}/git/commits/${SHA}`], 200, gitCommitAnswer()],
      [['GET', `${AT}/git/trees/${OTHER_SHA}`], 200, treeAnswer()],
      [['GET', `${AT}/git/ref/heads%2Flockstep%2Fstate`], 200, { object: { sha: SHA } }],
    ],
  ),
  write(
    'branches.createOrphan',
    ['POST', `${AT}/git/trees`],
    [201, { sha: OTHER_SHA }],
    (repository) => repository.branches.createOrphan('lockstep/state', 'Start', [{ path: 'README.md', content: 'x' }]),
    [
      [['GET', `${AT}/git/ref/heads%2Flockstep%2Fstate`], 404],
      [['POST', `${AT}/git/commits`], 201, { sha: SHA }],
      [['POST', `${AT}/git/refs`], 201, {}],
    ],
  ),
  write('branches.delete', ['DELETE', `${AT}/git/refs/heads%2Fb`], [204], (repository) =>
    repository.branches.delete('b'),
  ),
  read(
    'branches.isOwn',
    ['GET', `${AT}/commits/${SHA}`],
    { author: { login: 'lockstep[bot]' }, commit: { verification: { verified: true } } },
    (repository) => repository.branches.isOwn(SHA),
    [APP_READ],
  ),
  read('branches.isBefore', ['GET', `${AT}/compare/${OTHER_SHA}...${SHA}`], { status: 'behind' }, (repository) =>
    repository.branches.isBefore(SHA, OTHER_SHA),
  ),
  read(
    'people.permission',
    ['GET', `${AT}/collaborators/ada/permission`],
    { permission: 'write', user: { type: 'User' } },
    (repository) => repository.people.permission('ada'),
  ),
  read('people.isTeamMember', ['GET', '/orgs/acme/teams/sre/memberships/ada'], { state: 'active' }, (repository) =>
    repository.people.isTeamMember('acme/sre', 'ada'),
  ),
  write(
    'deployments.record',
    ['POST', `${AT}/deployments`],
    [201, { id: 3 }],
    (repository) => repository.deployments.record(DEPLOYMENT),
    [
      [['GET', `${AT}/deployments`], 200, []],
      [['GET', `${AT}/deployments/3/statuses`], 200, []],
      [['POST', `${AT}/deployments/3/statuses`], 201, {}],
    ],
  ),
  read('installations', ['GET', '/app/installations'], [], (_, github) => github.repositories()),
  read(
    'repositories',
    ['GET', '/installation/repositories'],
    { total_count: 1, repositories: [{ ...repositoryAnswer(), owner: { login: 'acme' } }] },
    (_, github) => github.repositories(),
    [[['GET', '/app/installations'], 200, [{ id: REPOSITORY.installation, suspended_at: null }]]],
  ),
  read('redeliverFailed', ['GET', '/app/hook/deliveries'], [], (_, github) => github.redeliverFailed()),
]
