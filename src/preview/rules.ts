import { loadRepositoryConfig, REPOSITORY_CONFIG_FILE } from '../config/load.ts'
import type { RepositoryConfig } from '../config/repository-config.ts'
import { LockstepError, type Problem } from '../model/errors.ts'
import type { Tree } from '../model/tree.ts'
import { changedPaths } from './affected-overlays.ts'

/** What a reader should know when the pull request changes the rules themselves. */
export async function configNotes(base: Tree, head: Tree): Promise<string[]> {
  if (!(await changedPaths(base, head)).has(REPOSITORY_CONFIG_FILE)) return []
  return [`This changes ${REPOSITORY_CONFIG_FILE}; until it is merged, the base branch's version decides.`]
}

export interface LoadedConfig {
  readonly config?: RepositoryConfig
  readonly problems: readonly Problem[]
}

export async function tryLoad(tree: Tree): Promise<LoadedConfig> {
  try {
    const config = await loadRepositoryConfig(tree)
    return { ...(config && { config }), problems: [] }
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error
    return { problems: error.problems }
  }
}
