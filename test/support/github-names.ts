import { generateKeyPairSync } from 'node:crypto'

/** Names that the tests of the GitHub adapter share. */
export const API = 'https://api.github.com'
export const REPOSITORY = { installation: 7, owner: 'acme', name: 'shop' }
export const AT = '/repos/acme/shop'
export const APP_ID = 42
export const SHA = 'a'.repeat(40)
export const OTHER_SHA = 'b'.repeat(40)

export const PRIVATE_KEY: string = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey

/** GitHub's error body: its `status` is a text. */
export function refusal(status: number, message: string, errors?: unknown) {
  const documentation_url = 'https://docs.github.com/rest'
  return { message, documentation_url, status: String(status), ...(errors !== undefined && { errors }) }
}

export function tokenAnswer() {
  return { token: 'ghs_42_token', expires_at: new Date(Date.now() + 3600_000).toISOString(), permissions: {} }
}
