/** A repository whose directories kustomizations may build on. */
export interface RemoteBase {
  /** `github.com/acme/bases`, or `http://…` for a server without TLS; with `/*` at the end everything below it. */
  readonly repository: string
  /** Environment variable that holds a token for it. */
  readonly tokenEnv?: string
  /** It is read with the token of the GitHub App's installation. */
  readonly app?: true
}

/** A repository of Helm charts that kustomizations may take charts from. */
export interface ChartRepository {
  /** `https://host/path` or `oci://host/path`, without a slash at the end; with `/*` at the end everything below it. */
  readonly repository: string
  /** Environment variable that holds a token for it. */
  readonly tokenEnv?: string
  /** Environment variable that holds the user name that goes with the token. */
  readonly usernameEnv?: string
  /** Other hosts that it sends to. */
  readonly hosts: readonly string[]
}

/** What may be brought in from outside a repository. */
export interface RemoteSources {
  readonly remoteBases: readonly RemoteBase[]
  readonly charts: readonly ChartRepository[]
  /** What a tag does that stands for another commit than when it was first seen: it is shown, or what uses it is refused. */
  readonly movedTags: 'warn' | 'block'
}

/** The entry that allows a chart repository, the most exact one first. */
export function allowedCharts(charts: readonly ChartRepository[], repository: string): ChartRepository | undefined {
  return mostExact(charts, repository)
}

/** The entry that allows a repository, the most exact one first. GitHub's names come in small letters; elsewhere capitals count. */
export function allowedBase(bases: readonly RemoteBase[], repository: string): RemoteBase | undefined {
  return mostExact(bases, repository)
}

function mostExact<T extends { readonly repository: string }>(
  entries: readonly T[],
  repository: string,
): T | undefined {
  const exact = entries.find((entry) => entry.repository === repository)
  const below = entries
    .filter((entry) => entry.repository.endsWith('/*') && repository.startsWith(entry.repository.slice(0, -1)))
    .toSorted((one, other) => other.repository.length - one.repository.length)
  return exact ?? below[0]
}
