import { findOverlays } from '../../config/layout.ts'
import type { RepositoryConfig } from '../../config/repository-config.ts'
import type { Mirror } from '../../model/mirror.ts'
import type { Overlay } from '../../model/target.ts'
import { readSources, type Sources } from '../carry/kustomization-sources.ts'
import type { PromotionPorts } from '../ports.ts'

/** What the files of a commit say. */
export interface TipFiles {
  readonly config: RepositoryConfig
  readonly overlays: readonly Overlay[]
  readonly sources: Sources
}

interface Known {
  readonly tip: string
  readonly files: Promise<TipFiles | undefined>
}

/** The last one of each repository: every look of a round and every gate asks for the same tip again. */
const newest = new WeakMap<Mirror, Known>()

/** Reads the configuration and every kustomization at a commit. Undefined where it has no configuration; throws what is wrong with it. */
export function readTip(
  { mirror, loadConfig }: Pick<PromotionPorts, 'mirror' | 'loadConfig'>,
  tip: string,
): Promise<TipFiles | undefined> {
  const known = newest.get(mirror)
  if (known?.tip === tip) return known.files
  const files = readFiles(mirror, loadConfig, tip)
  newest.set(mirror, { tip, files })
  files.catch(() => {
    if (newest.get(mirror)?.files === files) newest.delete(mirror)
  })
  return files
}

async function readFiles(
  mirror: Mirror,
  loadConfig: PromotionPorts['loadConfig'],
  tip: string,
): Promise<TipFiles | undefined> {
  const tree = await mirror.tree(tip)
  const config = await loadConfig(tree)
  if (!config) return undefined
  const overlays = await findOverlays(config, tree)
  return { config, overlays, sources: await readSources(tree, overlays) }
}
