import type { PromotionPlan } from '../carry/plan.ts'

/** Plans that leave the environment with the same values. */
export type Agreement = readonly PromotionPlan[]

interface Place {
  readonly path: string
  readonly file: string
  readonly line: number
  /** What the environment has there now. */
  readonly before: string | null
  readonly isSecret?: true
}

/** The plans by the files they leave behind, in their order: values that are not shown count as well. */
export function agreements(plans: readonly PromotionPlan[]): Agreement[] {
  return [
    ...Map.groupBy(plans, ({ files }) => JSON.stringify(files.map(({ path, content }) => [path, content]))).values(),
  ]
}

const MOST_NAMED = 3

/** What the plans would write differently, and where: `images[name=shop].newTag (apps/…/kustomization.yaml:6): dev-a v2, dev-b v3`. */
export function differenceText(plans: readonly PromotionPlan[]): string {
  const isDifferent = (place: Place) => place.isSecret || new Set(plans.map((plan) => valueAfter(plan, place))).size > 1
  const differing = placesOf(plans).filter(isDifferent)
  const named = differing.slice(0, MOST_NAMED).map((place) => {
    const values = plans.map((plan) => `${plan.from} has ${valueAfter(plan, place) ?? 'nothing'}`)
    return `${place.path} (${place.file}:${place.line}): ${values.join(', ')}`
  })
  const rest = differing.length > MOST_NAMED ? `; and ${differing.length - MOST_NAMED} more` : ''
  return `The environments it comes from carry different values. ${named.join('; ')}${rest}.`
}

function placesOf(plans: readonly PromotionPlan[]): Place[] {
  const all = plans.flatMap(({ carried }) => carried)
  return [...new Map(all.map((change) => [`${change.file}\0${change.path}`, change])).values()]
}

/** A place that a plan does not touch stays as it is. */
function valueAfter({ carried }: PromotionPlan, { path, file, before }: Place): string | null {
  const change = carried.find((each) => each.path === path && each.file === file)
  return change ? change.after : before
}
