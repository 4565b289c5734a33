import type { Overlay, Target } from '../model/target.ts'
import type { Tree } from '../model/tree.ts'
import { NAME } from './names.ts'
import { templatePattern } from './path-template.ts'
import type { RepositoryConfig } from './repository-config.ts'

const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/**
 * Every overlay of the environments in the configuration, by application, then in the environments' order. Where several
 * templates find an overlay for the same target, the first template wins. A directory whose `{app}` cannot be a name is
 * not an overlay; `unnamableDirectories` lists those.
 */
export async function findOverlays(config: RepositoryConfig, tree: Tree): Promise<Overlay[]> {
  const found = matches(config, kustomizationDirectories(await tree.entries())).filter(isNamed)
  return firstOfEachTarget(config, found).toSorted(inOrderOf(config))
}

/** Directories that would be overlays if their application's part were a name. */
export async function unnamableDirectories(config: RepositoryConfig, tree: Tree): Promise<string[]> {
  const found = matches(config, kustomizationDirectories(await tree.entries()))
  return [...new Set(found.filter((overlay) => !isNamed(overlay)).map(({ path }) => path))].sort()
}

/** One target for each overlay and cluster. An overlay of one cluster stands in for the one its environment shares. */
export function targetsOf(
  config: RepositoryConfig,
  overlays: readonly Overlay[],
): { readonly target: Target; readonly overlay: Overlay }[] {
  const claimed = new Set(overlays.map(claimOf))
  return overlays.flatMap((overlay) => {
    const { application, environment } = overlay
    const clusters = clustersOf(config, overlay)
    const open = clusters.filter((cluster) => overlay.cluster || !claimed.has(claimOf({ ...overlay, cluster })))
    return open.map((cluster) => ({ target: { application, environment, cluster }, overlay }))
  })
}

function kustomizationDirectories(entries: ReadonlyMap<string, unknown>): string[] {
  const directories = new Set<string>()
  for (const path of entries.keys()) {
    const slash = path.lastIndexOf('/')
    if (slash > 0 && KUSTOMIZATION_FILES.includes(path.slice(slash + 1))) directories.add(path.slice(0, slash))
  }
  return [...directories].sort()
}

/** In the templates' order. A directory is read by the first template that fits it. */
function matches(config: RepositoryConfig, directories: readonly string[]): Overlay[] {
  const found = new Map<string, Overlay>()
  for (const template of config.overlays) {
    const patterns = config.environments.map((environment) => ({
      environment: environment.name,
      pattern: templatePattern(template, environment.name, environment.clusters),
    }))
    for (const path of directories) {
      if (found.has(path)) continue
      const [overlay] = patterns
        .flatMap(({ environment, pattern }) => toOverlay(config, environment, pattern.exec(path)))
        .sort(byApplicationLength)
      if (overlay) found.set(path, overlay)
    }
  }
  return [...found.values()]
}

/** `web-prod-eu` is `web` in `prod-eu`, not `web-prod` in `eu`. */
function byApplicationLength(a: Overlay, b: Overlay): number {
  return a.application.length - b.application.length
}

function toOverlay(config: RepositoryConfig, environment: string, match: RegExpExecArray | null): Overlay[] {
  if (!match) return []
  const { app = config.application ?? '', cluster } = match.groups ?? {}
  return [{ application: app, environment, ...(cluster && { cluster }), path: match[0] }]
}

/** Drops the overlays all of whose targets an earlier one has taken. */
function firstOfEachTarget(config: RepositoryConfig, overlays: readonly Overlay[]): Overlay[] {
  const taken = new Set<string>()
  return overlays.filter((overlay) => {
    const claims = clustersOf(config, overlay).map((cluster) => claimOf({ ...overlay, cluster }))
    const open = claims.filter((claim) => !taken.has(claim))
    for (const claim of open) taken.add(claim)
    return open.length > 0
  })
}

function clustersOf(config: RepositoryConfig, overlay: Overlay): readonly string[] {
  if (overlay.cluster) return [overlay.cluster]
  return config.environments.find(({ name }) => name === overlay.environment)?.clusters ?? []
}

function claimOf({ application, environment, cluster = '' }: Overlay): string {
  return [application, environment, cluster].join('/')
}

function isNamed({ application }: Overlay): boolean {
  return NAME.test(application)
}

function inOrderOf({ environments }: RepositoryConfig): (a: Overlay, b: Overlay) => number {
  const rank = new Map(environments.map(({ name }, index) => [name, index]))
  const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return (a, b) =>
    text(a.application, b.application) ||
    (rank.get(a.environment) ?? 0) - (rank.get(b.environment) ?? 0) ||
    text(a.path, b.path)
}
