import { findOverlays, targetsOf } from '../../config/layout.ts'
import { loadRepositoryConfig } from '../../config/load.ts'
import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import { once } from '../../model/once.ts'
import type { Render } from '../../model/renderer.ts'
import { type Overlay, type Target, targetId } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'
import type { ReconcilePorts } from '../ports.ts'

export interface TargetRender {
  readonly config: RepositoryConfig
  readonly environment: EnvironmentConfig
  readonly render: Render
}

export interface DeclaredTarget {
  readonly target: Target
  readonly overlay: Overlay
}

/**
 * The target's render in a tree, by the tree's own configuration unless another is given. Throws a LockstepError where there is no such
 * target, or the tree does not build.
 */
export async function renderTarget(
  ports: Pick<ReconcilePorts, 'renderer'>,
  tree: Tree,
  target: Target,
  signal?: AbortSignal,
  configuration?: RepositoryConfig,
): Promise<TargetRender> {
  const config = configuration ?? (await loadConfig(tree))
  const found = (await targetsIn(config, tree)).get(targetId(target))
  const environment = config.environments.find(({ name }) => name === target.environment)
  if (!found || !environment) throw new LockstepError(unknownTarget(target))
  const render = await ports.renderer.render(tree, found.overlay.path, signal && { signal })
  return { config, environment, render }
}

const configs = new WeakMap<Tree, Promise<RepositoryConfig | undefined>>()
const targets = new WeakMap<RepositoryConfig, WeakMap<Tree, Promise<ReadonlyMap<string, DeclaredTarget>>>>()

/** As `loadRepositoryConfig`, once for a tree: a thousand targets ask for the same file. */
export function configIn(tree: Tree): Promise<RepositoryConfig | undefined> {
  return once(configs, tree, () => loadRepositoryConfig(tree))
}

/** Every target of a tree by `targetId`, found once for a tree and configuration. */
export function targetsIn(config: RepositoryConfig, tree: Tree): Promise<ReadonlyMap<string, DeclaredTarget>> {
  const ofConfig = targets.get(config) ?? new WeakMap<Tree, Promise<ReadonlyMap<string, DeclaredTarget>>>()
  targets.set(config, ofConfig)
  return once(ofConfig, tree, () => findTargets(config, tree))
}

async function findTargets(config: RepositoryConfig, tree: Tree): Promise<ReadonlyMap<string, DeclaredTarget>> {
  const found = targetsOf(config, await findOverlays(config, tree))
  return new Map(found.map((declared) => [targetId(declared.target), declared]))
}

/** Throws CONFIG_MISSING where there is none, and every problem of one that is faulty. */
export async function loadConfig(tree: Tree): Promise<RepositoryConfig> {
  const config = await configIn(tree)
  if (config) return config
  throw new LockstepError(configMissing())
}

export function configMissing() {
  return {
    code: 'CONFIG_MISSING',
    message: 'The repository has no .lockstep.yaml.',
    remedy: 'Add one; `lockstep init` writes a first one.',
  }
}

export function unknownTarget(target: Target) {
  return {
    code: 'TARGET_UNKNOWN',
    message: `No overlay of ${target.application} for ${target.environment} on cluster ${target.cluster} was found, so its live objects are left as they are.`,
    file: '.lockstep.yaml',
    remedy: 'Put the overlay back, or delete the objects by hand.',
  }
}
