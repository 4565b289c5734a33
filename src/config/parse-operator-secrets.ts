import { createPrivateKey } from 'node:crypto'
import { LockstepError, type Problem } from '../model/errors.ts'
import type { OperatorSecrets } from './operator-config.ts'
import { Secret } from './secret.ts'

export type Environment = Readonly<Record<string, string | undefined>>
/** Contents of the file a `*_FILE` variable names. May throw; what it throws is not shown. */
export type ReadSecretFile = (path: string) => string

/** The environment variables that are read, each also as `NAME_FILE`: what it holds. */
export const SECRET_VARIABLES = {
  LOCKSTEP_APP_ID: "the GitHub App's id, a number",
  LOCKSTEP_PRIVATE_KEY: "the App's private key, PEM",
  LOCKSTEP_WEBHOOK_SECRET: 'the webhook secret, 16 characters or more',
  REDIS_URL: 'redis://HOST:PORT, or rediss:// for TLS',
} as const
type Variable = keyof typeof SECRET_VARIABLES

const SHORTEST_WEBHOOK_SECRET = 16

/** Reads the secrets. Throws a LockstepError that holds every fault at once and no value. */
export function parseOperatorSecrets(env: Environment, readFile: ReadSecretFile): OperatorSecrets {
  const problems: Problem[] = []
  const read = (name: Variable) => readVariable(name, env, readFile, problems)
  const required = <T>(name: Variable, parse: (text: string) => T | undefined): T | undefined => {
    const found = read(name)
    if (found === 'faulty') return undefined
    if (found === undefined) problems.push(missing(name))
    const value = found === undefined ? undefined : parse(found)
    if (found !== undefined && value === undefined) problems.push(invalid(name))
    return value
  }
  const appId = required('LOCKSTEP_APP_ID', parseAppId)
  const privateKey = required('LOCKSTEP_PRIVATE_KEY', parsePrivateKey)
  const webhookSecret = required('LOCKSTEP_WEBHOOK_SECRET', parseWebhookSecret)
  const redisText = read('REDIS_URL')
  const redisUrl = redisText && redisText !== 'faulty' ? parseRedisUrl(redisText) : undefined
  if (redisText && redisText !== 'faulty' && !redisUrl) problems.push(invalid('REDIS_URL'))
  if (problems.length > 0 || !appId || !privateKey || !webhookSecret) throw new LockstepError(problems)
  return { appId, privateKey, webhookSecret, ...(redisUrl && { redisUrl }) }
}

function parseAppId(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}

/** Line ends may be written as `\n`, as many secret stores do. */
function parsePrivateKey(text: string): Secret | undefined {
  const pem = text.replaceAll('\\n', '\n')
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa' ? new Secret(pem) : undefined
  } catch {
    return undefined
  }
}

function parseWebhookSecret(text: string): Secret | undefined {
  return text.length >= SHORTEST_WEBHOOK_SECRET ? new Secret(text) : undefined
}

function parseRedisUrl(text: string): Secret | undefined {
  return URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol) ? new Secret(text) : undefined
}

/** Empty counts as absent. */
function readVariable(
  name: Variable,
  env: Environment,
  readFile: ReadSecretFile,
  problems: Problem[],
): string | undefined | 'faulty' {
  const direct = env[name] || undefined
  const file = env[`${name}_FILE`] || undefined
  if (direct !== undefined && file !== undefined) {
    problems.push(problemOf('SECRET_INVALID', `${name} and ${name}_FILE are both set.`, 'Set one of them.'))
    return 'faulty'
  }
  if (file === undefined) return direct?.trim()
  try {
    return readFile(file).trim() || undefined
  } catch {
    const message = `${name}_FILE names a file that cannot be read: ${file}.`
    problems.push(problemOf('SECRET_UNREADABLE', message, 'Correct the path or its permissions.'))
    return 'faulty'
  }
}

function missing(name: Variable): Problem {
  const remedy = `Set it to ${SECRET_VARIABLES[name]}, or ${name}_FILE to a file that holds it.`
  return problemOf('SECRET_MISSING', `${name} is not set.`, remedy)
}

function invalid(name: Variable): Problem {
  return problemOf('SECRET_INVALID', `${name} does not have the right form.`, `It must be ${SECRET_VARIABLES[name]}.`)
}

function problemOf(code: string, message: string, remedy: string): Problem {
  return { code, message, remedy }
}
