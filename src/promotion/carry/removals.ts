import type { RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { OverlayFields } from './carried-fields.ts'
import { imagePath } from './image-fields.ts'
import { originFor } from './origin.ts'
import { fieldsAt } from './past-fields.ts'
import { lastPromotionCommit, type PromotionHistory } from './past-promotions.ts'

/** Whether a field that the source does not have is to go in the target as well. */
export type Removes = (path: string) => boolean

/** From where to where, and by which rules. */
export interface CarryEdge {
  readonly application: string
  readonly from: string
  readonly to: string
  readonly config: Pick<RepositoryConfig, 'carry' | 'keep'>
}

/**
 * What the source has lost since the last promotion goes. What it had not then either is the target's own and stays, and so does
 * everything before the first promotion. History is read only where the target has something that the source has not.
 */
export async function removedUpstream(
  history: PromotionHistory | undefined,
  { application, from, to, config }: CarryEdge,
  origin: OverlayFields,
  target: OverlayFields,
): Promise<Removes> {
  const now = removable(origin)
  const more = [...removable(target)].filter((path) => !now.has(path))
  const last = history && more.length > 0 && (await lastPromotionCommit(history, { application, environment: to }))
  if (!history || !last) return () => false
  const then = await fieldsAt(history, { application, environment: from }, config, last)
  const lost = then ? removable(sameOrigin(target, then)) : new Set<string>()
  return (path) => lost.has(path) && !now.has(path)
}

/** What a file carried as a whole is asked for by. */
export function filePath(name: string): string {
  return `file ${name}`
}

/** Paths of what a promotion can take away: fields named by rules, images and their keys, files. */
function removable(fields: OverlayFields | undefined): Set<string> {
  const named = [...(fields?.fields ?? [])].flatMap(([id, [field]]) => (field?.named ? [id] : []))
  const images = [...(fields?.images ?? [])].flatMap(([name, entries]) => [
    imagePath(name),
    ...entries.flatMap(({ values }) => Object.keys(values).map((key) => imagePath(name, key))),
  ])
  const files = (fields?.files ?? []).flatMap((match) => [...match.files.keys()].map(filePath))
  return new Set([...named, ...images, ...files])
}

/** Undefined where it cannot be said which one it was. */
function sameOrigin({ overlay }: OverlayFields, origins: readonly OverlayFields[]): OverlayFields | undefined {
  try {
    return originFor(overlay, origins)
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}
