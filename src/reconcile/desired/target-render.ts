import { findOverlays, targetsOf } from '../../config/layout.ts'
import { loadRepositoryConfig } from '../../config/load.ts'
import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Render } from '../../model/renderer.ts'
import { type Target, targetId } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'
import type { ReconcilePorts } from '../ports.ts'

export interface TargetRender {
  readonly config: RepositoryConfig
  readonly environment: EnvironmentConfig
  readonly render: Render
}

/** The target's render in a tree. Throws a LockstepError for a tree that has no such target or does not build. */
export async function renderTarget(
  ports: Pick<ReconcilePorts, 'renderer'>,
  tree: Tree,
  target: Target,
  signal?: AbortSignal,
): Promise<TargetRender> {
  const config = await loadConfig(tree)
  const found = targetsOf(config, await findOverlays(config, tree)).find(
    (one) => targetId(one.target) === targetId(target),
  )
  const environment = config.environments.find(({ name }) => name === target.environment)
  if (!found || !environment) throw new LockstepError(unknownTarget(target))
  const render = await ports.renderer.render(tree, found.overlay.path, signal && { signal })
  return { config, environment, render }
}

export async function loadConfig(tree: Tree): Promise<RepositoryConfig> {
  const config = await loadRepositoryConfig(tree)
  if (config) return config
  throw new LockstepError({
    code: 'CONFIG_MISSING',
    message: 'The repository has no .lockstep.yaml.',
    remedy: 'Add one; `lockstep init` writes a first one.',
  })
}

function unknownTarget(target: Target) {
  return {
    code: 'TARGET_UNKNOWN',
    message: `No overlay of ${target.application} for ${target.environment} on cluster ${target.cluster} was found, so its live objects are left as they are.`,
    file: '.lockstep.yaml',
    remedy: 'Put the overlay back, or delete the objects by hand.',
  }
}
