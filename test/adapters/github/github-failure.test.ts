import { describe, expect, test } from '@jest/globals'
import { GitHubError, githubError } from '../../../src/adapters/github/github-error.ts'
import { failureOf } from '../../../src/adapters/github/github-failure.ts'

const NOW = Date.parse('2026-01-05T12:00:00Z')

function answered(status: number, message: string, headers: Record<string, string> = {}, errors?: unknown) {
  return { name: 'HttpError', status, message, response: { status, headers, data: { message, errors } } }
}

function graphql(type: string, message: string, headers: Record<string, string> = {}) {
  return { name: 'GraphqlResponseError', message: 'Request failed', headers, errors: [{ type, message }] }
}

describe('what a failed call means', () => {
  test.each([
    ['a bad token', answered(401, 'Bad credentials'), 'credentials'],
    ['a suspended installation', answered(403, 'This installation has been suspended'), 'suspended'],
    ['a missing permission', answered(403, 'Resource not accessible by integration'), 'permission'],
    ['no push access', answered(403, 'Must have push access to view collaborator permission.'), 'permission'],
    [
      'a missing permission on the last request of the hour',
      answered(403, 'Resource not accessible by integration', { 'x-ratelimit-remaining': '0' }),
      'permission',
    ],
    ['a locked conversation', answered(403, 'Unable to create comment because issue is locked.'), 'refused'],
    ['an archived repository', answered(403, 'Repository was archived so is read-only.'), 'refused'],
    ['the hour used up, as 403', answered(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0' }), 'limited'],
    ['the hour used up, as 429', answered(429, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0' }), 'limited'],
    ['a secondary limit without a time', answered(403, 'You have exceeded a secondary rate limit.'), 'limited'],
    ['too much content', answered(403, 'You have been temporarily blocked from content creation.'), 'limited'],
    ['a 403 that says when to come back', answered(403, 'Please wait', { 'retry-after': '5' }), 'limited'],
    ['nothing there', answered(404, 'Not Found'), 'missing'],
    ['a deleted issue', answered(410, 'This issue was deleted'), 'missing'],
    ['two writers', answered(409, 'is at X but expected Y'), 'conflict'],
    ['a validation failure', answered(422, 'Validation Failed'), 'refused'],
    ['a failing server', answered(502, 'Server Error'), 'unavailable'],
    ['no answer', { name: 'HttpError', status: 500, message: 'read ECONNRESET' }, 'unanswered'],
    [
      'an unknown route of an old Enterprise Server',
      { name: 'HttpError', status: 404, message: 'not supported' },
      'missing',
    ],
    ['a moved branch in GraphQL', graphql('STALE_DATA', 'Expected branch to point to "a" but it did not.'), 'stale'],
    ['an unknown branch in GraphQL', graphql('NOT_FOUND', 'Could not resolve'), 'missing'],
    ['a missing permission in GraphQL', graphql('FORBIDDEN', 'Resource not accessible by integration'), 'permission'],
    ['the hour used up in GraphQL', graphql('RATE_LIMITED', 'API rate limit exceeded'), 'limited'],
    ['another refusal in GraphQL', graphql('UNPROCESSABLE', 'No'), 'refused'],
  ])('%s', (_, error, kind) => {
    expect(failureOf(error, NOW)?.kind).toBe(kind)
  })

  test('an error that GitHub had no part in is left alone', () => {
    const defect = new TypeError('x is not a function')
    expect(failureOf(defect, NOW)).toBeUndefined()
    expect(githubError(defect, 'read', NOW)).toBe(defect)
  })

  test.each([
    ['objects', [{ resource: 'PullRequest', field: 'head', code: 'invalid' }], ['PullRequest head invalid']],
    [
      'objects with words',
      [{ code: 'custom', message: 'No commits between main and x' }],
      ['No commits between main and x'],
    ],
    ['texts', ['one', 'two'], ['one', 'two']],
    ['one object', { resource: 'Status', field: 'description', code: 'custom' }, ['Status description custom']],
    ['nothing', undefined, []],
  ])('the details of a refusal are read when `errors` is %s', (_, errors, details) => {
    expect(failureOf(answered(422, 'Validation Failed', {}, errors), NOW)?.details).toEqual(details)
  })

  test.each([
    ['retry-after', { 'retry-after': '17', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, 17_000],
    [
      'the reset time of a used-up hour',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 60) },
      61_000,
    ],
    ['a reset time that is past', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, 1000],
    ['no time where there is budget left', { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': '1' }, undefined],
  ])('how long to wait comes from %s', (_, headers, expected) => {
    const failure = failureOf(answered(403, 'You have exceeded a secondary rate limit', headers), NOW)
    expect(failure?.retryAfterMs).toBe(expected)
  })

  test('a refusal names the permission that is needed', () => {
    const headers = { 'x-accepted-github-permissions': 'checks=write' }
    const error = githubError(
      answered(403, 'Resource not accessible by integration', headers),
      'create a check run',
      NOW,
    )
    expect(error).toBeInstanceOf(GitHubError)
    expect((error as GitHubError).problems).toEqual([
      {
        code: 'GITHUB_PERMISSION',
        message: 'Could not create a check run: Resource not accessible by integration (403). It needs checks: write.',
        remedy: 'Grant it in the App and accept it in the installation.',
      },
    ])
  })
})
