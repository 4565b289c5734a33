import { beforeAll, describe, expect, test } from '@jest/globals'
import { schema } from '@octokit/graphql-schema'
import { buildSchema, parse, validate } from 'graphql'
import { printMarker } from '../../src/adapters/github/comment-marker.ts'
import { calledRoutes, graphqlDocuments } from '../support/called-routes.ts'
import { checkRunAnswer, commentAnswer, gitCommitAnswer, treeAnswer } from '../support/github-answers.ts'
import { type AdapterCall, CALLS } from '../support/github-calls.ts'
import { AT, OTHER_SHA, SHA } from '../support/github-names.ts'
import { gitHubOverSocket } from '../support/github-over-socket.ts'
import { type Exchange, requestFaults, routeOf } from '../support/openapi.ts'

const MARKED = `${printMarker('preview')}\nnew`
const FAILED = { id: 1, guid: 'g', status_code: 500, delivered_at: '2026-01-05T11:00:00Z' }

/** What CALLS leaves out: the other ways through a call that send other requests. */
const MORE: readonly AdapterCall[] = [
  {
    name: 'comments.ensure, a twin',
    run: (repository) => repository.comments.ensure(5, 'preview', 'new'),
    route: ['DELETE', `${AT}/issues/comments/101`],
    write: true,
    answers: [
      [['GET', `${AT}/issues/5/comments`], 200, [100, 101].map((id) => commentAnswer({ id, body: MARKED }))],
      [['DELETE', `${AT}/issues/comments/101`], 204],
    ],
  },
  {
    name: 'checks.publish, an unfinished run',
    run: (repository) =>
      repository.checks.publish({
        name: 'lockstep/gate',
        headSha: SHA,
        status: 'completed',
        conclusion: 'failure',
        title: 'Blocked',
        summary: 'Because.',
        text: 'More.',
        annotations: [{ path: 'a.yaml', startLine: 1, endLine: 2, level: 'warning', title: 'T', message: 'M' }],
        actions: [{ label: 'Again', description: 'Look again', identifier: 'again' }],
      }),
    route: ['PATCH', `${AT}/check-runs/900`],
    write: true,
    answers: [
      [
        ['GET', `${AT}/commits/${SHA}/check-runs`],
        200,
        { total_count: 1, check_runs: [checkRunAnswer({ status: 'in_progress', conclusion: null })] },
      ],
      [['PATCH', `${AT}/check-runs/900`], 200, checkRunAnswer()],
    ],
  },
  {
    name: 'branches.commit, an executable',
    run: (repository) =>
      repository.branches.commit({
        branch: 'b',
        expectedHead: SHA,
        headline: 'Run',
        changes: [
          { path: 'run.sh', content: 'x' },
          { path: 'old', content: null },
        ],
      }),
    route: ['PATCH', `${AT}/git/refs/heads%2Fb`],
    write: true,
    answers: [
      [['GET', `${AT}/git/commits/${SHA}`], 200, gitCommitAnswer()],
      [['GET', `${AT}/git/trees/${OTHER_SHA}`], 200, treeAnswer({ path: 'run.sh', mode: '100755' })],
      [['GET', `${AT}/git/ref/heads%2Fb`], 200, { object: { sha: SHA } }],
      [['POST', `${AT}/git/trees`], 201, { sha: OTHER_SHA }],
      [['POST', `${AT}/git/commits`], 201, { sha: OTHER_SHA }],
      [['PATCH', `${AT}/git/refs/heads%2Fb`], 200, {}],
    ],
  },
  {
    name: 'redeliverFailed, a failed one',
    run: (_, github) => github.redeliverFailed(),
    route: ['POST', '/app/hook/deliveries/1/attempts'],
    write: true,
    answers: [
      [['GET', '/app/hook/deliveries'], 200, [FAILED]],
      [['POST', '/app/hook/deliveries/1/attempts'], 202, {}],
    ],
  },
]

describe('what the adapter sends is what GitHub describes', () => {
  const sent: Exchange[] = []

  beforeAll(async () => {
    for (const call of [...CALLS, ...MORE]) {
      await using server = await gitHubOverSocket(call)
      await call.run(server.repository, server.github)
      const rest = server.requests.filter((request) => request.path !== '/graphql')
      sent.push(...rest.map(({ body, ...request }) => ({ ...request, request: body, status: 0, answer: undefined })))
    }
  })

  test('every route that the source calls is sent here', () => {
    expect([...new Set(sent.map(routeOf))].sort()).toEqual(calledRoutes())
  })

  test('every parameter and every body is as its route takes it, and holds nothing else', () => {
    const faults = sent.flatMap((exchange) => requestFaults(exchange).map((fault) => `${routeOf(exchange)} ${fault}`))
    expect(faults).toEqual([])
  })
})

test.each(graphqlDocuments())("a document fits GitHub's schema: %s", (document) => {
  // GitHub's own text defines two fields twice.
  const github = buildSchema(schema.idl, { assumeValidSDL: true })
  expect(validate(github, parse(document))).toEqual([])
})
