import type { EnvironmentConfig, RepositoryConfig } from '../config/repository-config.ts'
import { LockstepError } from '../model/errors.ts'
import { suggestName } from '../model/nearest-name.ts'
import type { Overlay } from '../model/target.ts'

/** The environment of that name. Throws ENVIRONMENT_UNKNOWN with the nearest one. */
export function chooseEnvironment(config: RepositoryConfig, name: string): EnvironmentConfig {
  const found = config.environments.find((environment) => environment.name === name)
  if (found) return found
  const names = config.environments.map((environment) => environment.name)
  throw wrong('ENVIRONMENT_UNKNOWN', `.lockstep.yaml declares no environment "${name}".`, suggestName(name, names))
}

/** Throws APP_UNKNOWN with the nearest application that has an overlay somewhere. */
export function chooseApplication(config: RepositoryConfig, overlays: readonly Overlay[], name: string): string {
  const names = [...new Set(overlays.map(({ application }) => application))]
  if (names.includes(name)) return name
  const message = `No overlay belongs to an application "${name}" (overlays: ${config.overlays.join(', ')}).`
  throw wrong('APP_UNKNOWN', message, names.length > 0 ? suggestName(name, names) : 'Add one.')
}

/** The one overlay of an application in an environment, or in one of its clusters. */
export function chooseOverlay(
  config: RepositoryConfig,
  overlays: readonly Overlay[],
  wanted: { readonly application: string; readonly environment: string; readonly cluster?: string },
): Overlay {
  const { clusters } = chooseEnvironment(config, wanted.environment)
  chooseApplication(config, overlays, wanted.application)
  const { cluster } = wanted
  if (cluster !== undefined && !clusters.includes(cluster)) {
    const message = `${wanted.environment} has no cluster "${cluster}".`
    throw wrong('CLUSTER_NOT_THERE', message, suggestName(cluster, clusters))
  }
  const there = overlays.filter(
    ({ application, environment }) => application === wanted.application && environment === wanted.environment,
  )
  const own = there.find((overlay) => overlay.cluster === cluster)
  const shared = there.find((overlay) => overlay.cluster === undefined)
  const only = cluster === undefined && there.length === 1 ? there[0] : undefined
  const found = own ?? shared ?? only
  if (found) return found
  throw cluster === undefined && there.length > 1 ? ambiguous(there) : absent(wanted)
}

/** Throws OVERLAY_UNKNOWN where the application has none there; names the environments where it has one. */
export function requireOverlay(
  overlays: readonly Overlay[],
  wanted: { readonly application: string; readonly environment: string },
): void {
  const { application, environment } = wanted
  const there = overlays.filter((overlay) => overlay.application === application).map((overlay) => overlay.environment)
  if (there.includes(environment)) return
  const remedy = `Add one, or name one of ${[...new Set(there)].join(', ')}.`
  throw wrong('OVERLAY_UNKNOWN', `${application} has no overlay in ${environment}.`, remedy)
}

function ambiguous(overlays: readonly Overlay[]): LockstepError {
  const clusters = overlays.map(({ cluster }) => cluster).join(', ')
  const [first] = overlays
  const message = `${first?.application} has an overlay for each cluster of ${first?.environment}.`
  return wrong('OVERLAY_AMBIGUOUS', message, `Add --cluster with one of ${clusters}.`)
}

function absent({ application, environment, cluster }: { application: string; environment: string; cluster?: string }) {
  const where = cluster === undefined ? environment : `${environment}/${cluster}`
  return wrong('OVERLAY_UNKNOWN', `${application} has no overlay in ${where}.`, 'Add one, or name another environment.')
}

function wrong(code: string, message: string, remedy: string): LockstepError {
  return new LockstepError({ code, message, remedy }, { kind: 'usage' })
}
