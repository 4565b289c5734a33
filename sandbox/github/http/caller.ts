import type { Account } from '../state/account.ts'
import type { App, Installation, InstallationToken, Permissions } from '../state/app.ts'
import type { Repository } from '../state/repository.ts'

/** Who asks. `app` is a JWT, `installation` a token made with one. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly account: Account }
  | { readonly kind: 'app'; readonly app: App }
  | {
      readonly kind: 'installation'
      readonly installation: Installation
      readonly permissions: Permissions
      readonly token?: InstallationToken
    }

/** A caller that may write: it has an account to sign with. */
export type Actor = Exclude<Caller, { kind: 'anonymous' } | { kind: 'app' }>

export const ANONYMOUS: Caller = { kind: 'anonymous' }

export function actorAccount(actor: Actor): Account {
  return actor.kind === 'user' ? actor.account : actor.installation.app.bot
}

/** The App through which something was done, undefined for people. */
export function actorApp(actor: Caller): App | undefined {
  return actor.kind === 'installation' ? actor.installation.app : undefined
}

/** The caller that an installation's webhooks are written for. */
export function installationViewer(installation: Installation): Caller {
  return { kind: 'installation', installation, permissions: installation.permissions }
}

export function installationCovers(installation: Installation, repository: Repository): boolean {
  if (installation.account !== repository.owner) return false
  return installation.repositories?.has(repository.id) ?? true
}

export function callerCovers(caller: Extract<Caller, { kind: 'installation' }>, repository: Repository): boolean {
  const narrowed = caller.token?.repositories
  return installationCovers(caller.installation, repository) && (narrowed?.has(repository.id) ?? true)
}
