import { createVerify } from 'node:crypto'
import type { App } from '../state/app.ts'
import type { World } from '../world.ts'
import { Refusal } from './refusal.ts'

const LONGEST_SECONDS = 600

/** The App that signed this JSON web token. Throws GitHub's 401 otherwise. */
export function verifyAppJwt(world: World, token: string): App {
  const [head = '', body = '', signature = '', ...rest] = token.split('.')
  const claims = decodePart(body)
  const app = rest.length === 0 ? appOf(world, claims.iss) : undefined
  if (app === undefined || decodePart(head).alg !== 'RS256') throw undecodable()
  const signed = createVerify('RSA-SHA256').update(`${head}.${body}`)
  if (!signed.verify(app.publicKey, signature, 'base64url')) throw undecodable()
  checkTimes(claims, Math.floor(world.clock().getTime() / 1000))
  return app
}

function checkTimes(claims: Record<string, unknown>, now: number): void {
  const { iat, exp } = claims
  if (typeof iat !== 'number' || !Number.isInteger(iat) || iat > now) {
    throw unauthorized(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  }
  if (typeof exp !== 'number' || exp <= now) {
    throw unauthorized(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  }
  if (exp > now + LONGEST_SECONDS) throw unauthorized("'Expiration time' claim ('exp') is too far in the future")
}

function appOf(world: World, issuer: unknown): App | undefined {
  return world.apps.values().find((app) => String(app.id) === String(issuer) || app.clientId === issuer)
}

function decodePart(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function undecodable(): Refusal {
  return unauthorized('A JSON web token could not be decoded')
}

function unauthorized(message: string): Refusal {
  return new Refusal(401, message)
}
