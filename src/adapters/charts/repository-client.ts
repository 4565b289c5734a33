import type { Dispatcher } from 'undici'
import type { ChartRepository } from '../../config/remote-sources.ts'

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
  const token = entry.tokenEnv && env[entry.tokenEnv]
  if (!token) return undefined
  const username = entry.usernameEnv && env[entry.usernameEnv]
  if (!username && scheme === 'Bearer') return `Bearer ${token}`
  return `Basic ${Buffer.from(`${username || 'lockstep'}:${token}`).toString('base64')}`
}
