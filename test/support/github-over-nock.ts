import { generateKeyPairSync } from 'node:crypto'
import nock from 'nock'
import { createGitHub, type GitHubOptions } from '../../src/adapters/github/create-github.ts'
import { UNPACED } from '../../src/adapters/github/pacing.ts'
import type { GitHubRepository } from '../../src/model/github.ts'
import { FakeClock } from './fake-clock.ts'

export const API = 'https://api.github.com'
export const REPOSITORY = { installation: 7, owner: 'acme', name: 'shop' }
export const AT = '/repos/acme/shop'
export const APP_ID = 42
export const SHA = 'a'.repeat(40)
export const OTHER_SHA = 'b'.repeat(40)

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

export const PRIVATE_KEY = privateKey

/** The adapter with nock as GitHub: nothing leaves the process, and waiting takes no time. */
export function gitHubOverNock(options: Partial<GitHubOptions> = {}) {
  nock.cleanAll()
  nock.disableNetConnect()
  answerTokens()
  const clock = new FakeClock()
  const github = createGitHub({ appId: APP_ID, privateKey, pacing: UNPACED, clock, ...options })
  const repository: GitHubRepository = github.repository(REPOSITORY)
  return { github, repository, clock }
}

function answerTokens(): void {
  nock(API)
    .persist()
    .post(/^\/app\/installations\/\d+\/access_tokens$/)
    .reply(201, { token: 'ghs_42_token', expires_at: new Date(Date.now() + 3600_000).toISOString(), permissions: {} })
}

/** GitHub's error body: its `status` is a text. */
export function refusal(status: number, message: string, errors?: unknown) {
  return { message, documentation_url: 'https://docs.github.com/rest', status: String(status), ...(errors !== undefined && { errors }) }
}
