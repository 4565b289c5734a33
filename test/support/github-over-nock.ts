import nock from 'nock'
import { createGitHub, type GitHubOptions } from '../../src/adapters/github/create-github.ts'
import { UNPACED } from '../../src/adapters/github/pacing.ts'
import { FakeClock } from './fake-clock.ts'
import type { AdapterCall, Route } from './github-calls.ts'
import { API, APP_ID, PRIVATE_KEY, REPOSITORY, tokenAnswer } from './github-names.ts'

/** The adapter with nock as GitHub: nothing leaves the process, and waiting takes no time. */
export function gitHubOverNock(options: Partial<GitHubOptions> = {}) {
  nock.cleanAll()
  nock.disableNetConnect()
  nock(API).persist().post(`/app/installations/${REPOSITORY.installation}/access_tokens`).reply(201, tokenAnswer)
  const clock = new FakeClock()
  const github = createGitHub({ appId: APP_ID, privateKey: PRIVATE_KEY, pacing: UNPACED, clock, ...options })
  return { github, repository: github.repository(REPOSITORY), clock }
}

/** Answers every request of a call as often as it comes. */
export function answerWell(call: AdapterCall): void {
  for (const [route, status, body] of call.answers) always(route).reply(status, body as nock.Body)
}

export function always([method, path]: Route) {
  return nock(API).persist().intercept(path, method).query(true)
}

export function once([method, path]: Route) {
  return nock(API).intercept(path, method).query(true)
}
