import { join } from 'node:path'
import { createCharts } from '../adapters/charts/open-charts.ts'
import { openRemoteRepository } from '../adapters/git/remote-snapshots.ts'
import { createVendor } from '../adapters/vendor/vendor.ts'
import type { RemoteBase, RemoteSources } from '../config/remote-sources.ts'
import { LockstepError } from '../model/errors.ts'
import type { Vendor } from '../model/vendor.ts'

export interface VendorSettings {
  readonly sources: RemoteSources
  /** What is fetched is kept below it; may be emptied. */
  readonly data: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The `Authorization` header for a repository the App is installed on, where there is an App: `host/owner/name`. */
  readonly appAuthorization?: (repository: string) => Promise<string | undefined>
}

/** Brings in what the operator's file lists. */
export function createListedVendor({ sources, data, env, appAuthorization }: VendorSettings): Vendor {
  return createVendor({
    remoteBases: sources.remoteBases,
    movedTags: sources.movedTags,
    data,
    openRepository: openRemoteRepository,
    charts: createCharts({ directory: join(data, 'charts'), allowed: sources.charts, env }),
    async authorization({ tokenEnv, app }, repository) {
      if (app)
        return (await appAuthorization?.(repository)) ?? refuse(withoutApp(repository, appAuthorization !== undefined))
      return tokenEnv === undefined ? undefined : basic(env[tokenEnv] || refuse(unset(tokenEnv, repository)))
    },
  })
}

/** A token, or `user:token` for servers that look at the user. */
function basic(token: string): string {
  const login = token.includes(':') ? token : `x-access-token:${token}`
  return `Basic ${Buffer.from(login).toString('base64')}`
}

function refuse(error: LockstepError): never {
  throw error
}

function withoutApp(repository: RemoteBase['repository'], hasApp: boolean): LockstepError {
  return new LockstepError({
    code: 'REMOTE_DENIED',
    message: hasApp
      ? `The App is not installed on ${repository}, and the operator has it read with the App's token.`
      : `${repository} is read with the GitHub App's token, which only the server has.`,
    remedy: hasApp ? 'Install the App there.' : 'Give `--config` a file of your own with `tokenEnv` for it.',
  })
}

function unset(name: string, repository: string): LockstepError {
  return new LockstepError({
    code: 'SECRET_MISSING',
    message: `${name} is not set, and the operator's file names it for ${repository}.`,
    remedy: `Set ${name} to a token that may read that repository.`,
  })
}
