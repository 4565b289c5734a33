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
  /** `https://host/path` or `oci://host/path`, without a slash at the end. */
  readonly repository: string
  /** Environment variable that holds a token for it. */
  readonly tokenEnv?: string
}

/** What may be brought in from outside a repository. */
export interface RemoteSources {
  readonly remoteBases: readonly RemoteBase[]
  readonly charts: readonly ChartRepository[]
  /** What a tag does that stands for another commit than when it was first seen: it is shown, or what uses it is refused. */
  readonly movedTags: 'warn' | 'block'
}

/** The entry that allows a repository, the most exact one first. GitHub's names come in small letters; elsewhere capitals count. */
export function allowedBase(bases: readonly RemoteBase[], repository: string): RemoteBase | undefined {
  const exact = bases.find((base) => base.repository === repository)
  const below = bases
    .filter((base) => base.repository.endsWith('/*') && repository.startsWith(base.repository.slice(0, -1)))
    .toSorted((one, other) => other.repository.length - one.repository.length)
  return exact ?? below[0]
}
