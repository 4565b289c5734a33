import { findOverlays } from '../../src/config/layout.ts'
import type { RepositoryConfig } from '../../src/config/repository-config.ts'
import { LockstepError } from '../../src/model/errors.ts'
import { overlayTree, type Tree } from '../../src/model/tree.ts'
import { readSources } from '../../src/promotion/carry/kustomization-sources.ts'
import { planPromotion } from '../../src/promotion/carry/plan.ts'
import type { Files } from './compare-files.ts'
import type { Promotion } from './promotions.ts'

/** The files that Lockstep's plan would change in the parent's tree, one application after the other; or why it refuses. */
export async function replayPromotion(
  parent: Tree,
  config: RepositoryConfig,
  { applications, from, to }: Promotion,
): Promise<Files | LockstepError> {
  const overlays = await findOverlays(config, parent)
  const files = new Map<string, string | null>()
  try {
    for (const application of applications) {
      const changes = [...files].map(([path, content]) => ({ path, content }))
      const sources = await readSources(overlayTree(parent, changes), overlays)
      const plan = await planPromotion(sources, { config, application, from, to })
      for (const { path, content } of plan.files) files.set(path, content)
    }
    return files
  } catch (error) {
    if (error instanceof LockstepError) return error
    throw error
  }
}
