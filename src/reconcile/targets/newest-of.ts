import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Target } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'
import { configMissing, unknownTarget } from '../desired/target-render.ts'
import type { Source } from '../ports.ts'
import { type Told, toldConfiguration } from './told-configuration.ts'

/** What a target would run if nothing kept it back. */
export interface Newest extends Pick<Told, 'fault'> {
  /** Of the default branch: a pin does not change the rules that judge it. */
  readonly config: RepositoryConfig
  readonly environment: EnvironmentConfig
  /** What the environment tracks. */
  readonly revision: string
  readonly tree: Tree
}

/**
 * By the last configuration that can be read: `fault` where that is not the newest commit's. Throws a LockstepError where there is none, for
 * a pin that leads nowhere, and for an environment that is not declared.
 */
export async function newestOf(source: Source, target: Target): Promise<Newest> {
  const main = await toldConfiguration(source)
  if (!main) throw new LockstepError(configMissing())
  const { config, fault } = main
  const environment = config.environments.find(({ name }) => name === target.environment)
  if (!environment) throw new LockstepError(unknownTarget(target))
  const { revision, tree } = environment.track ? await source.newest(environment.track) : main
  return { config, environment, revision, tree, ...(fault && { fault }) }
}
