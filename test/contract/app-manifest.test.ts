import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { WEBHOOK_PATH } from '../../src/adapters/http/webhook-middleware.ts'
import { HANDLERS } from '../../src/handlers/handlers.ts'
import { calledRoutes, graphqlDocuments } from '../support/called-routes.ts'

type Level = 'read' | 'write'

interface Manifest {
  readonly hook_attributes: { readonly url: string }
  readonly default_permissions: Readonly<Record<string, Level>>
  readonly default_events: readonly string[]
}

const manifest = parse(readFileSync('app.yml', 'utf8')) as Manifest
const REPO = '/repos/{owner}/{repo}'

/** The permission GitHub documents for each route; comments and events of pull requests take either issues or pull_requests. */
const NEEDS: Readonly<Record<string, readonly [permission: string, level: Level]>> = {
  'GET /installation/repositories': ['metadata', 'read'],
  [`GET ${REPO}`]: ['metadata', 'read'],
  [`GET ${REPO}/rules/branches/{branch}`]: ['metadata', 'read'],
  [`GET ${REPO}/collaborators/{username}/permission`]: ['metadata', 'read'],
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}': ['members', 'read'],
  [`GET ${REPO}/pulls`]: ['pull_requests', 'read'],
  [`GET ${REPO}/pulls/{pull_number}`]: ['pull_requests', 'read'],
  [`GET ${REPO}/pulls/{pull_number}/reviews`]: ['pull_requests', 'read'],
  [`GET ${REPO}/pulls/{pull_number}/commits`]: ['pull_requests', 'read'],
  [`POST ${REPO}/pulls`]: ['pull_requests', 'write'],
  [`PATCH ${REPO}/pulls/{pull_number}`]: ['pull_requests', 'write'],
  [`PUT ${REPO}/pulls/{pull_number}/reviews/{review_id}/dismissals`]: ['pull_requests', 'write'],
  [`PUT ${REPO}/pulls/{pull_number}/merge`]: ['contents', 'write'],
  [`GET ${REPO}/issues/{issue_number}/events`]: ['pull_requests', 'read'],
  [`GET ${REPO}/issues/comments`]: ['pull_requests', 'read'],
  [`GET ${REPO}/issues/{issue_number}/comments`]: ['pull_requests', 'read'],
  [`POST ${REPO}/issues/{issue_number}/comments`]: ['pull_requests', 'write'],
  [`PATCH ${REPO}/issues/comments/{comment_id}`]: ['pull_requests', 'write'],
  [`DELETE ${REPO}/issues/comments/{comment_id}`]: ['pull_requests', 'write'],
  [`GET ${REPO}/issues/comments/{comment_id}/reactions`]: ['pull_requests', 'read'],
  [`POST ${REPO}/issues/comments/{comment_id}/reactions`]: ['pull_requests', 'write'],
  [`GET ${REPO}/commits/{ref}`]: ['contents', 'read'],
  [`GET ${REPO}/compare/{basehead}`]: ['contents', 'read'],
  [`GET ${REPO}/commits/{ref}/check-runs`]: ['checks', 'read'],
  [`GET ${REPO}/commits/{ref}/statuses`]: ['statuses', 'read'],
  [`POST ${REPO}/check-runs`]: ['checks', 'write'],
  [`PATCH ${REPO}/check-runs/{check_run_id}`]: ['checks', 'write'],
  [`GET ${REPO}/git/ref/{ref}`]: ['contents', 'read'],
  [`GET ${REPO}/git/matching-refs/{ref}`]: ['contents', 'read'],
  [`GET ${REPO}/git/commits/{commit_sha}`]: ['contents', 'read'],
  [`GET ${REPO}/git/trees/{tree_sha}`]: ['contents', 'read'],
  [`POST ${REPO}/git/refs`]: ['contents', 'write'],
  [`POST ${REPO}/git/trees`]: ['contents', 'write'],
  [`POST ${REPO}/git/commits`]: ['contents', 'write'],
  [`PATCH ${REPO}/git/refs/{ref}`]: ['contents', 'write'],
  [`DELETE ${REPO}/git/refs/{ref}`]: ['contents', 'write'],
  [`GET ${REPO}/deployments`]: ['deployments', 'read'],
  [`GET ${REPO}/deployments/{deployment_id}/statuses`]: ['deployments', 'read'],
  [`POST ${REPO}/deployments`]: ['deployments', 'write'],
  [`POST ${REPO}/deployments/{deployment_id}/statuses`]: ['deployments', 'write'],
}

const MUTATIONS: Readonly<Record<string, readonly [permission: string, level: Level]>> = {
  createCommitOnBranch: ['contents', 'write'],
  // As the merge that it stands for.
  enqueuePullRequest: ['contents', 'write'],
}

/** Asked as the App itself, which needs no permission. */
const AS_THE_APP = [
  'GET /app',
  'GET /app/hook/deliveries',
  'GET /app/installations',
  'POST /app/hook/deliveries/{delivery_id}/attempts',
  'POST /app/installations/{installation_id}/access_tokens',
]

/** Permissions without a call of their own, and what they are for. */
const WITHOUT_CALLS: Readonly<Record<string, Level>> = {
  // The issue_comment event.
  issues: 'read',
  // The merge_group event.
  merge_queues: 'read',
  // A ruleset takes only such Apps as the source of a required check.
  statuses: 'write',
}

/** Every App gets these without asking; check_run and check_suite by the checks permission. */
const WITHOUT_SUBSCRIPTION = ['check_run', 'check_suite', 'installation', 'installation_repositories']

describe('permissions', () => {
  test('every route the adapter calls has one, and none is listed that is not called', () => {
    expect(calledRoutes()).toEqual([...Object.keys(NEEDS), ...AS_THE_APP].sort())
  })

  test('every mutation has one', () => {
    const fields = graphqlDocuments().map((document) => /mutation[^{]*\{\s*(\w+)/.exec(document)?.[1])
    expect(fields).toEqual(Object.keys(MUTATIONS))
  })

  test('the App asks for exactly those, at the level that is needed', () => {
    const needed: Record<string, Level> = { ...WITHOUT_CALLS }
    for (const [permission, level] of [...Object.values(NEEDS), ...Object.values(MUTATIONS)]) {
      if (needed[permission] !== 'write') needed[permission] = level
    }
    expect(manifest.default_permissions).toEqual(needed)
  })

  test('are names that GitHub knows, at levels it knows', () => {
    const known = githubPermissions()
    for (const [permission, level] of Object.entries(manifest.default_permissions)) {
      expect(known[permission]?.enum).toContain(level)
    }
  })
})

describe('events', () => {
  test('each subscribed event is handled, and each handled event comes', () => {
    expect([...manifest.default_events, ...WITHOUT_SUBSCRIPTION].sort()).toEqual(Object.keys(HANDLERS).sort())
  })

  test('are names that GitHub knows', () => {
    expect(githubEvents()).toEqual(expect.arrayContaining([...manifest.default_events]))
  })

  test('are sent where the server listens', () => {
    expect(new URL(manifest.hook_attributes.url).pathname).toBe(WEBHOOK_PATH)
  })
})

function githubPermissions(): Readonly<Record<string, { readonly enum: readonly string[] } | undefined>> {
  const description = readPackaged('@octokit/openapi/generated/api.github.com.json') as {
    components: { schemas: Record<string, { properties: Record<string, { enum: string[] }> }> }
  }
  return description.components.schemas['app-permissions']?.properties ?? {}
}

function githubEvents(): string[] {
  const examples = readPackaged('@octokit/webhooks-examples/api.github.com/index.json') as { name: string }[]
  return examples.map(({ name }) => name)
}

function readPackaged(file: string): unknown {
  return JSON.parse(readFileSync(createRequire(import.meta.url).resolve(file), 'utf8'))
}
