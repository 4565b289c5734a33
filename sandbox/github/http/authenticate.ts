import type { Token } from '../state/app.ts'
import type { World } from '../world.ts'
import { verifyAppJwt } from './app-jwt.ts'
import { ANONYMOUS, type Caller } from './caller.ts'
import { badCredentials } from './refusal.ts'

/** Who an `Authorization` header speaks for: `Bearer`, `token` or HTTP basic with the token as password. */
export function authenticate(world: World, header: string | undefined): Caller {
  if (!header) return ANONYMOUS
  const credential = credentialOf(header)
  if (credential === undefined) throw badCredentials()
  if (credential.startsWith('eyJ')) return { kind: 'app', app: verifyAppJwt(world, credential) }
  const token = world.tokens.get(credential)
  if (token === undefined) throw badCredentials()
  return callerOf(world, token)
}

function credentialOf(header: string): string | undefined {
  const [scheme = '', value = ''] = header.split(/ +/, 2)
  if (/^(bearer|token)$/i.test(scheme)) return value
  if (!/^basic$/i.test(scheme)) return undefined
  const [user = '', password = ''] = Buffer.from(value, 'base64').toString().split(/:(.*)/s)
  return password && password !== 'x-oauth-basic' ? password : user
}

function callerOf(world: World, token: Token): Caller {
  if (token.kind === 'user') return { kind: 'user', account: token.account }
  if (token.expiresAt.getTime() <= world.clock().getTime()) throw badCredentials()
  if (token.lag > 0) {
    token.lag -= 1
    throw badCredentials()
  }
  const { installation, permissions } = token
  if (!world.installations.has(installation.id) || installation.suspendedAt) throw badCredentials()
  return { kind: 'installation', installation, permissions, token }
}
