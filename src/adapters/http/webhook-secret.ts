import type { Problem } from '../../model/errors.ts'

const SHORTEST = 16

/** Whoever knows the secret can command Lockstep, so it does not start with none, or with one that can be guessed. */
export function webhookSecretProblem(secret: string | undefined): Problem | undefined {
  if (secret !== undefined && secret.trim().length >= SHORTEST) return undefined
  const what = secret ? `is shorter than ${SHORTEST} characters` : 'is not set'
  return {
    code: 'WEBHOOK_SECRET',
    message: `The webhook secret ${what}.`,
    remedy: 'Generate one (openssl rand -hex 32), give it to the GitHub App, and set it as WEBHOOK_SECRET.',
  }
}
