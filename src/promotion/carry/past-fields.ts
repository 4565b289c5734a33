import type { RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import { type OverlayFields, readCarriedFields } from './carried-fields.ts'
import { readSources } from './kustomization-sources.ts'
import { overlaysOf } from './overlays-of.ts'
import type { Destination, PromotionHistory } from './past-promotions.ts'

/** What today's rules read in an application's overlays as they were at a commit; undefined where those cannot be read. */
export async function fieldsAt(
  { mirror, overlays }: Pick<PromotionHistory, 'mirror' | 'overlays'>,
  { application, environment }: Destination,
  { carry, keep }: Pick<RepositoryConfig, 'carry' | 'keep'>,
  commit: string,
): Promise<readonly OverlayFields[] | undefined> {
  const own = overlaysOf(overlays, { application, environment })
  try {
    const sources = await readSources(await mirror.tree(commit), own)
    return await Promise.all(own.map((overlay) => readCarriedFields(sources, overlay, carry, keep)))
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}
