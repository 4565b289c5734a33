import type { Problem } from '../model/errors.ts'
import type { MonitoringInput } from './monitoring-schema.ts'
import type { YamlSource } from './yaml-source.ts'

/** A monitoring system that the gates of some repositories may ask. */
export interface MonitoringSource {
  /** `https://prometheus.example.com/team`, without a slash at the end: everything below it. */
  readonly address: string
  /** `owner/name` or `owner/*`, in lower case; absent: any. */
  readonly repositories?: readonly string[]
  /** Environment variables with a token for it, and with the user name that goes with it. */
  readonly tokenEnv?: string
  readonly usernameEnv?: string
}

export function toMonitoring(input: MonitoringInput = []): MonitoringSource[] {
  return input.map(({ address, repositories, tokenEnv, usernameEnv }) => ({
    address: address.replace(/\/+$/, ''),
    ...(repositories && { repositories: repositories.map((name) => name.toLowerCase()) }),
    ...(tokenEnv && { tokenEnv }),
    ...(usernameEnv && { usernameEnv }),
  }))
}

/** The source that lists an address for a repository (`owner/name`), the most exact one first. */
export function allowedSource(
  sources: readonly MonitoringSource[],
  { href }: Pick<URL, 'href'>,
  repository: string,
): MonitoringSource | undefined {
  const name = repository.toLowerCase()
  const fits = (listed: string) => (listed.endsWith('/*') ? name.startsWith(listed.slice(0, -1)) : name === listed)
  const mayAsk = ({ repositories }: MonitoringSource) => repositories?.some(fits) ?? true
  const below = sources.filter((each) => isBelow(new URL(each.address), new URL(href)) && mayAsk(each))
  return below.toSorted((one, other) => other.address.length - one.address.length)[0]
}

/** On the same server, and the same path or one below it; what a server may decode to another path is not. */
function isBelow(listed: URL, asked: URL): boolean {
  if (asked.origin !== listed.origin || asked.username || asked.password) return false
  if (/%2f|%5c|%2e/i.test(asked.pathname)) return false
  const base = listed.pathname.replace(/\/+$/, '')
  return asked.pathname === base || asked.pathname.startsWith(`${base}/`)
}

/** What the schema cannot say: credentials never leave unencrypted, and a user name goes with a token. */
export function monitoringProblems(source: YamlSource): Problem[] {
  const { metrics } = (source.value ?? {}) as { metrics?: unknown }
  if (!Array.isArray(metrics)) return []
  return metrics.flatMap((entry: unknown, index) =>
    faults(entry).map((message) => {
      const place = source.placeOfValue(['metrics', index])
      return { code: 'CONFIG_INVALID', message, file: source.file, ...place, remedy: 'Correct the entry.' }
    }),
  )
}

function faults(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null) return []
  const { address, tokenEnv, usernameEnv } = entry as Partial<Record<string, unknown>>
  if (typeof address !== 'string') return []
  const isPlain = /^http:\/\/(?!(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|$))/.test(address)
  return [
    ...(tokenEnv !== undefined && isPlain ? [`${address} would send its token unencrypted.`] : []),
    ...(usernameEnv !== undefined && tokenEnv === undefined
      ? [`${address} has a \`usernameEnv\` and no \`tokenEnv\`.`]
      : []),
  ]
}
