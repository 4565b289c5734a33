import { type EnvironmentConfig, type RepositoryConfig, upstreamOf } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import { suggestName } from '../../model/nearest-name.ts'
import type { Overlay } from '../../model/target.ts'

/** Environments with an overlay of the application, none of whose upstream environments has one: where new versions begin. */
export function firstEnvironments(
  config: Pick<RepositoryConfig, 'environments'>,
  overlays: readonly Overlay[],
  application: string,
): EnvironmentConfig[] {
  const own = new Set(overlays.filter((each) => each.application === application).map(({ environment }) => environment))
  return config.environments.filter(({ name }) => own.has(name) && !hasUpstream(config, name, own, new Set()))
}

/** Also through environments that the application has no overlay in. */
function hasUpstream(
  config: Pick<RepositoryConfig, 'environments'>,
  name: string,
  own: ReadonlySet<string>,
  seen: Set<string>,
): boolean {
  const environment = config.environments.find((each) => each.name === name)
  if (!environment || seen.has(name)) return false
  seen.add(name)
  return upstreamOf(environment).some((before) => own.has(before) || hasUpstream(config, before, own, seen))
}

/** The one that is named, or the only one. Throws what is wrong with the application or the environment, a wrong usage. */
export function chooseFirst(
  config: Pick<RepositoryConfig, 'environments'>,
  overlays: readonly Overlay[],
  { application, environment }: { readonly application: string; readonly environment?: string | undefined },
): string {
  const first = firstEnvironments(config, overlays, application).map(({ name }) => name)
  if (first.length === 0) throw unknownApplication(overlays, application)
  if (environment !== undefined) {
    if (first.includes(environment)) return environment
    throw wrong('NOT_FIRST_ENVIRONMENT', `${environment} is no first environment of ${application}.`, [
      `New versions of it begin in ${first.join(', ')} and are promoted from there.`,
    ])
  }
  const [only, ...others] = first
  if (only !== undefined && others.length === 0) return only
  const message = `New versions of ${application} may begin in several environments: ${first.join(', ')}.`
  throw wrong('FIRST_ENVIRONMENT_AMBIGUOUS', message, [
    'Name one with --env, or in `environment` of an entry of `versions`.',
  ])
}

function unknownApplication(overlays: readonly Overlay[], application: string): LockstepError {
  const known = [...new Set(overlays.map((each) => each.application))]
  const remedy = known.length > 0 ? suggestName(application, known) : 'Add an overlay of it.'
  return wrong('UNKNOWN_APPLICATION', `No overlay belongs to an application "${application}".`, [remedy])
}

function wrong(code: string, message: string, [remedy = '']: readonly string[]): LockstepError {
  return new LockstepError({ code, message, remedy }, { kind: 'usage' })
}
