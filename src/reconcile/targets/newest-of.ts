import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Target } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'
import { loadConfig, unknownTarget } from '../desired/target-render.ts'
import type { Source } from '../ports.ts'

/** What a target would run if nothing kept it back. */
export interface Newest {
  /** Of the default branch: a pin does not change the rules that judge it. */
  readonly config: RepositoryConfig
  readonly environment: EnvironmentConfig
  /** What the environment tracks. */
  readonly revision: string
  readonly tree: Tree
}

/** Throws a LockstepError for a configuration or a pin that leads nowhere, and for an environment that is not declared. */
export async function newestOf(source: Source, target: Target): Promise<Newest> {
  const main = await source.newest()
  const config = await loadConfig(main.tree)
  const environment = config.environments.find(({ name }) => name === target.environment)
  if (!environment) throw new LockstepError(unknownTarget(target))
  const { revision, tree } = environment.track ? await source.newest(environment.track) : main
  return { config, environment, revision, tree }
}
