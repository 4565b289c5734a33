import { describe, expect, test } from '@jest/globals'
import type nock from 'nock'
import { CALLS } from '../../support/github-calls.ts'
import { refusal } from '../../support/github-names.ts'
import { answerWell, gitHubOverNock, once } from '../../support/github-over-nock.ts'

describe.each(CALLS)('$name', (call) => {
  async function undisturbed(): Promise<unknown> {
    const { repository, github } = gitHubOverNock()
    answerWell(call)
    return call.run(repository, github)
  }

  /** Runs with one bad answer before the good ones. */
  async function disturbed(fail: (interceptor: nock.Interceptor) => nock.Scope) {
    const { repository, github, clock } = gitHubOverNock()
    fail(once(call.route))
    answerWell(call)
    return { result: await call.run(repository, github), clock }
  }

  test('waits out a limit with a time, and goes on', async () => {
    const message = 'You have exceeded a secondary rate limit'
    const { result, clock } = await disturbed((answer) =>
      answer.reply(429, refusal(429, message), { 'retry-after': '7' }),
    )
    expect(result).toEqual(await undisturbed())
    expect(clock.slept).toContain(7000)
  })

  test('waits a minute where a limit says no time', async () => {
    const message = 'You have exceeded a secondary rate limit'
    const { result, clock } = await disturbed((answer) => answer.reply(403, refusal(403, message)))
    expect(result).toEqual(await undisturbed())
    expect(clock.slept).toContain(60_000)
  })

  test('does not wait for an hour', async () => {
    const reset = String(Date.parse('2026-01-05T13:00:00Z') / 1000)
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
    const used = (answer: nock.Interceptor) => answer.reply(403, refusal(403, 'API rate limit exceeded'), headers)
    await expect(disturbed(used)).rejects.toMatchObject({ code: 'GITHUB_LIMITED', kind: 'unreachable' })
  })

  test('survives a failing server', async () => {
    const { result } = await disturbed((answer) => answer.reply(502, 'Server Error'))
    expect(result).toEqual(await undisturbed())
  })

  test('gives up on a server that keeps failing', async () => {
    const { repository, github } = gitHubOverNock()
    for (let attempt = 0; attempt < 10; attempt++) once(call.route).reply(503, 'Service Unavailable')
    answerWell(call)
    await expect(call.run(repository, github)).rejects.toMatchObject({
      code: 'GITHUB_UNAVAILABLE',
      kind: 'unreachable',
    })
  })

  test('names the permission that is missing', async () => {
    const needs = { 'x-accepted-github-permissions': 'checks=write' }
    const message = 'Resource not accessible by integration'
    const forbidden = disturbed((answer) => answer.reply(403, refusal(403, message), needs))
    await expect(forbidden).rejects.toMatchObject({
      code: 'GITHUB_PERMISSION',
      message: expect.stringContaining('checks: write'),
    })
  })
})
