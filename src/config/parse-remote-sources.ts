import type { Problem } from '../model/errors.ts'
import type { ChartRepository, RemoteSources } from './remote-sources.ts'
import type { RemoteSourcesInput } from './remote-sources-schema.ts'
import type { YamlSource } from './yaml-source.ts'

export function toRemoteSources({ remoteBases, charts, movedTags }: RemoteSourcesInput): RemoteSources {
  return {
    remoteBases: (remoteBases ?? []).map(asMap).map((base) => ({
      repository: listed(base.repository),
      ...(base.tokenEnv && { tokenEnv: base.tokenEnv }),
      ...(base.app && { app: base.app }),
    })),
    charts: (charts ?? []).map(toChartRepository),
    movedTags: movedTags ?? 'warn',
  }
}

type ChartInput = NonNullable<RemoteSourcesInput['charts']>[number]

function toChartRepository(entry: ChartInput): ChartRepository {
  const { repository, tokenEnv, usernameEnv, hosts = [] } = typeof entry === 'string' ? { repository: entry } : entry
  const known = { repository: repository.replace(/\/+$/, ''), hosts }
  return { ...known, ...(tokenEnv && { tokenEnv }), ...(usernameEnv && { usernameEnv }) }
}

interface Entry {
  readonly repository: string
  readonly tokenEnv?: string | undefined
  readonly app?: true | undefined
}

function asMap(entry: string | Entry): Entry {
  return typeof entry === 'string' ? { repository: entry } : entry
}

/** As a reference's address has it. GitHub does not tell capitals apart. */
function listed(repository: string): string {
  const name = repository.replace(/\.git$/, '')
  return name.startsWith('github.com/') ? name.toLowerCase() : name
}

/** What the schema cannot say of an entry: credentials never leave unencrypted, and the App has only its own GitHub's. */
export function remoteSourceProblems(source: YamlSource, gitHubUrl: string): Problem[] {
  const { remoteBases, charts } = (source.value ?? {}) as Record<string, unknown>
  return [...faultsOf('remoteBases', remoteBases), ...faultsOf('charts', charts)]

  function faultsOf(key: string, entries: unknown): Problem[] {
    if (!Array.isArray(entries)) return []
    return entries.flatMap((entry: unknown, index) =>
      faults(entry, gitHubUrl).map((message) => {
        const place = source.placeOfValue([key, index])
        return { code: 'CONFIG_INVALID', message, file: source.file, ...place, remedy: 'Correct the entry.' }
      }),
    )
  }
}

function faults(entry: unknown, gitHubUrl: string): string[] {
  if (typeof entry !== 'object' || entry === null) return []
  const { repository, tokenEnv, usernameEnv, app } = entry as Partial<Record<string, unknown>>
  if (typeof repository !== 'string') return []
  const plain = /^http:\/\/(?!(?:localhost|127\.0\.0\.1)(?::\d+)?\/)/.test(repository)
  return [
    ...(tokenEnv !== undefined && plain ? [`${repository} would send its token unencrypted.`] : []),
    ...(tokenEnv !== undefined && app !== undefined ? [`${repository} has both \`tokenEnv\` and \`app\`.`] : []),
    ...(usernameEnv !== undefined && tokenEnv === undefined
      ? [`${repository} has a \`usernameEnv\` and no \`tokenEnv\`.`]
      : []),
    ...(app !== undefined && !isBelow(repository, gitHubUrl) ? [`${repository} is not on ${gitHubUrl}.`] : []),
  ]
}

function isBelow(repository: string, gitHubUrl: string): boolean {
  return repository.startsWith(`${gitHubUrl.replace(/^https:\/\//, '')}/`)
}
