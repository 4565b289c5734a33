import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Tree } from '../../model/tree.ts'
import { type DeclaredTarget, targetsIn } from '../desired/target-render.ts'
import type { Source } from '../ports.ts'
import { type Told, toldConfiguration } from './told-configuration.ts'

/** A target, with the tree that its environment runs. */
export interface TrackedTarget extends DeclaredTarget {
  readonly environment: EnvironmentConfig
  /** undefined: what the environment tracks is not there; the target is one of the default branch. */
  readonly tree: Tree | undefined
}

export interface Declared extends Pick<Told, 'fault'> {
  /** Of the default branch. */
  readonly revision: string
  readonly config: RepositoryConfig
  readonly targets: readonly TrackedTarget[]
}

/** Every target that Git declares now; undefined where the repository has no configuration. Throws a LockstepError for what cannot be read. */
export async function declaredTargets(source: Source): Promise<Declared | undefined> {
  const declared = await heldTargets(source)
  if (declared?.fault) throw new LockstepError(declared.fault.problems)
  return declared
}

/** The same, but while the configuration cannot be read as the last one that can be says. That is no reason to apply or remove anything. */
export async function heldTargets(source: Source): Promise<Declared | undefined> {
  const main = await toldConfiguration(source)
  if (!main) return undefined
  const { revision, config, fault } = main
  const targets = await Promise.all(
    config.environments.map(async (environment) => {
      const tree = environment.track ? await trackedTree(source, environment) : main.tree
      const found = [...(await targetsIn(config, tree ?? main.tree)).values()]
      const own = found.filter(({ target }) => target.environment === environment.name)
      return own.map((declared): TrackedTarget => ({ ...declared, environment, tree }))
    }),
  )
  return { revision, config, targets: targets.flat(), ...(fault && { fault }) }
}

/** For `catch`: a repository without a commit declares nothing, which is no failure. */
export function noneWhereEmpty(error: unknown): undefined {
  if (error instanceof LockstepError && error.code === 'REPOSITORY_EMPTY') return undefined
  throw error
}

async function trackedTree(source: Source, { track }: EnvironmentConfig): Promise<Tree | undefined> {
  try {
    return (await source.newest(track)).tree
  } catch (error) {
    if (error instanceof LockstepError && error.kind === 'refused') return undefined
    throw error
  }
}
