import type { KeyObject } from 'node:crypto'
import type { Account } from './account.ts'

export type Level = 'read' | 'write' | 'admin'
export type Permissions = Readonly<Record<string, Level>>

export interface App {
  readonly id: number
  readonly slug: string
  readonly name: string
  readonly clientId: string
  readonly privateKeyPem: string
  readonly publicKey: KeyObject
  readonly owner: Account
  /** `slug[bot]`, the author of what the App writes. */
  readonly bot: Account
  readonly createdAt: string
  readonly hookId: number
  permissions: Permissions
  events: readonly string[]
  webhook: { url?: string; secret?: string; contentType: 'json' | 'form'; insecureSsl: '0' | '1' }
}

export interface Installation {
  readonly id: number
  readonly app: App
  readonly account: Account
  readonly createdAt: string
  updatedAt: string
  /** `undefined` means all repositories of the account. */
  repositories: Set<number> | undefined
  /** What was accepted at installation; the App may ask for more later without getting it. */
  permissions: Permissions
  events: readonly string[]
  suspendedAt?: string
  suspendedBy?: Account
}

export interface UserToken {
  readonly kind: 'user'
  readonly value: string
  readonly account: Account
}

export interface InstallationToken {
  readonly kind: 'installation'
  readonly value: string
  readonly installation: Installation
  readonly permissions: Permissions
  /** Narrowed to these; `undefined` means every repository of the installation. */
  readonly repositories: Set<number> | undefined
  readonly expiresAt: Date
  /** Uses that are still refused because the token has not reached every server. */
  lag: number
}

export type Token = UserToken | InstallationToken

export function allows(granted: Permissions, name: string, level: Level): boolean {
  const order: readonly (Level | undefined)[] = [undefined, 'read', 'write', 'admin']
  return order.indexOf(granted[name]) >= order.indexOf(level)
}
