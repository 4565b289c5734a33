import type { Dispatcher } from 'undici'
import type { ChartRepository } from '../../config/remote-sources.ts'
import { ChartFault } from './chart-failure.ts'

/** A chart's archive as a repository has it now. */
export interface FoundChart {
  readonly version: string
  /** Of the archive as the repository says it, `sha256:…`. */
  readonly digest?: string
  /** Its bytes, which the digest was compared with. */
  download(signal: AbortSignal): Promise<Buffer>
}

/** One repository of charts, spoken to as the operator's entry says. Throws ChartFault. */
export interface RepositoryClient {
  /** The chart that helm would take for `version`: a version, a range, or undefined for the newest. */
  find(name: string, version: string | undefined, signal: AbortSignal): Promise<FoundChart>
}

export interface ClientOptions {
  /** As the kustomization names it, without a slash at the end. */
  readonly repository: string
  readonly entry: ChartRepository
  readonly env: Readonly<Record<string, string | undefined>>
  readonly dispatcher?: Dispatcher | undefined
}

export const MAX_ARCHIVE_BYTES = 50 * 1024 ** 2

/** The `Authorization` header that the operator's entry asks for: Basic with a user name, else as `scheme` has it for a token alone. */
export function authorizationOf({ entry, env }: ClientOptions, scheme: 'Basic' | 'Bearer'): string | undefined {
  if (entry.tokenEnv === undefined) return undefined
  const token = variable(entry.tokenEnv, env)
  const username = entry.usernameEnv && variable(entry.usernameEnv, env)
  if (!username && scheme === 'Bearer') return `Bearer ${token}`
  return `Basic ${Buffer.from(`${username ?? 'lockstep'}:${token}`).toString('base64')}`
}

function variable(name: string, env: ClientOptions['env']): string {
  const value = env[name]
  if (value) return value
  throw new ChartFault(
    'CHART_DENIED',
    `${name} is not set, and the operator’s file names it for its repository`,
    `Set ${name} where Lockstep runs.`,
  )
}
