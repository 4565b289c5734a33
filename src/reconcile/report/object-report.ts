import type { ResourceKey } from '../../model/resource-key.ts'

/** Flux's words, and `failed`. */
export type ObjectVerb = 'created' | 'configured' | 'unchanged' | 'deleted' | 'skipped' | 'failed'

export interface ObjectReport {
  readonly key: ResourceKey
  readonly verb: ObjectVerb
  /** Why it is skipped or failed, or what was left out of it. */
  readonly reason?: string
}

export function countVerbs(objects: readonly ObjectReport[]): Record<ObjectVerb, number> {
  const counts = { created: 0, configured: 0, unchanged: 0, deleted: 0, skipped: 0, failed: 0 }
  for (const { verb } of objects) counts[verb]++
  return counts
}
