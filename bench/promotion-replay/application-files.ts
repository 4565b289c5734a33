import type { RepositoryConfig } from '../../src/config/repository-config.ts'
import type { Tree } from '../../src/model/tree.ts'

/** YAML files below directories with an application's name; all of them where the repository has one application. */
export async function applicationFiles(
  tree: Tree,
  config: RepositoryConfig,
  applications: readonly string[],
): Promise<string[]> {
  const isTheirs = (path: string) =>
    config.application !== undefined || path.split('/').some((part) => applications.includes(part))
  return [...(await tree.entries()).keys()].filter((path) => /\.ya?ml$/.test(path) && isTheirs(path))
}
