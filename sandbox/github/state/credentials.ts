import { randomBytes } from 'node:crypto'

/** Forty characters, as a classic personal token has. */
export function personalToken(): string {
  return `ghp_${randomBytes(27).toString('base64url').replaceAll(/[-_]/g, 'x')}`
}

/** The long form: `ghs_<app id>_<JSON web token>`; nothing may be read from it. */
export function installationTokenValue(appId: number): string {
  const part = (bytes: number): string => randomBytes(bytes).toString('base64url')
  return `ghs_${appId}_${part(24)}.${part(120)}.${part(192)}`
}
