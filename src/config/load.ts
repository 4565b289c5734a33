import { LockstepError } from '../model/errors.ts'
import type { Tree } from '../model/tree.ts'
import { findOverlays } from './layout.ts'
import { unknownInOrder } from './order-names.ts'
import { parseRepositoryConfig } from './parse-repository-config.ts'
import type { RepositoryConfig } from './repository-config.ts'

export const REPOSITORY_CONFIG_FILE = '.lockstep.yaml'

/** The tree's configuration, or undefined when it has none. Throws a LockstepError with every problem of the file. */
export async function loadRepositoryConfig(tree: Tree): Promise<RepositoryConfig | undefined> {
  const entries = await tree.entries()
  const entry = entries.get(REPOSITORY_CONFIG_FILE)
  if (!entry) {
    if (entries.has('.lockstep.yml')) throw new LockstepError(misnamed('.lockstep.yml', 'is not read'))
    return undefined
  }
  if (!entry.mode.startsWith('100')) throw new LockstepError(misnamed(REPOSITORY_CONFIG_FILE, 'is not a plain file'))
  const content = (await tree.read([REPOSITORY_CONFIG_FILE])).get(REPOSITORY_CONFIG_FILE)
  const text = content?.toString() ?? ''
  const config = parseRepositoryConfig(text, REPOSITORY_CONFIG_FILE)
  await requireOrderedApplications(config, tree, text)
  return config
}

/** Directories say which applications there are, so a name in `order` can only be judged with them. */
async function requireOrderedApplications(config: RepositoryConfig, tree: Tree, text: string): Promise<void> {
  if (config.environments.every(({ order }) => Object.keys(order).length === 0)) return
  const overlays = await findOverlays(config, tree)
  const known = [...new Set(overlays.map(({ application }) => application))]
  const problems = unknownInOrder(config, known, text, REPOSITORY_CONFIG_FILE)
  if (problems.length > 0) throw new LockstepError(problems)
}

function misnamed(file: string, fault: string) {
  const remedy = `Put the configuration into a plain file ${REPOSITORY_CONFIG_FILE}.`
  return { code: 'CONFIG_FILE_NAME', message: `${file} ${fault}.`, file, remedy }
}
