import type { Json } from '../../model/json.ts'
import type { PromotionPlan } from '../../promotion/carry/plan.ts'

/** The keys of this answer are a contract: docs/reference/promote.schema.json. `edits` are the carried changes of each file. */
export function planJson(plan: PromotionPlan): Json {
  const { application, from, to, carried, kept, unexplained, overwrites = [], planHash } = plan
  const edits = (path: string) => carried.filter(({ file }) => file === path)
  const files = plan.files.map(({ path }) => ({ path, edits: edits(path) }))
  const answer = {
    application,
    from,
    to,
    carried,
    kept,
    unexplained,
    overwrites,
    files,
    planHash,
    reasons: reasonsOf(plan),
  }
  return answer as unknown as Json
}

/** Why there is nothing to do, where there is nothing. */
function reasonsOf({ carried }: PromotionPlan): { readonly code: string; readonly message: string }[] {
  if (carried.length > 0) return []
  return [{ code: 'NOTHING_TO_PROMOTE', message: 'Every carried field is equal already.' }]
}
