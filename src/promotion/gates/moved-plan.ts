import { LockstepError } from '../../model/errors.ts'
import type { Mirror } from '../../model/mirror.ts'
import type { CarriedChange } from '../carry/carried-change.ts'
import { readSources } from '../carry/kustomization-sources.ts'
import { type PromotionPlan, planPromotion } from '../carry/plan.ts'
import type { Snapshot } from '../pulls/snapshot.ts'
import { type PromotionTrailers, parseTrailers } from '../pulls/trailers.ts'
import { MOST_COMMITS } from './posted-plan.ts'

/** Why the plan is another than when it was posted: for each field what its upstream or its target says now, or what is in the way. */
export async function movedInPlan(
  mirror: Mirror,
  snapshot: Snapshot,
  head: string,
  trailers: PromotionTrailers,
  now: PromotionPlan | undefined,
): Promise<string[]> {
  if (trailers.kind === 'rollback')
    return [now ? `what is rolled back in ${trailers.to}` : 'it cannot be rolled back so any more']
  if (!now) return [`${trailers.from} comes no more before ${trailers.to}, or an overlay cannot be read`]
  const before = await plannedThen(mirror, snapshot, head, trailers)
  if (!before) return ['the base it was made on cannot be planned any more']
  const moved = movedFields(before.carried, now.carried, trailers)
  return moved.length > 0 ? moved : ['the carry rules of .lockstep.yaml']
}

/** The plan as it was made: by today's rules, where the branch began. */
async function plannedThen(
  mirror: Mirror,
  { config, overlays, history }: Snapshot,
  head: string,
  { application, from, to }: PromotionTrailers,
): Promise<PromotionPlan | undefined> {
  const log = await mirror.log(head, { limit: MOST_COMMITS })
  const fork = log.find(({ message }) => !parseTrailers(message))
  if (!fork) return undefined
  try {
    const sources = await readSources(await mirror.tree(fork.sha), overlays)
    const then = history && { mirror, tip: fork.sha, overlays, sources, ledger: history.ledger }
    return await planPromotion(sources, { config, application, from, to, ...(then && { history: then }) })
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}

/** Values of generated secrets are masked in both plans: that one moved is said, not what to. */
function movedFields(
  before: readonly CarriedChange[],
  now: readonly CarriedChange[],
  { from, to }: PromotionTrailers,
): string[] {
  const key = ({ file, path }: CarriedChange) => `${file}\0${path}`
  const then = new Map(before.map((change) => [key(change), change]))
  const still = new Map(now.map((change) => [key(change), change]))
  return [...new Set([...then.keys(), ...still.keys()])].sort().flatMap((each) => {
    const [old, current] = [then.get(each), still.get(each)]
    const { path, file } = (current ?? old) as CarriedChange
    if (!old) return [`field ${path} of ${file} is to change as well`]
    if (!current) return [`field ${path} of ${file} is to change no more`]
    return [
      ...(old.after === current.after
        ? []
        : [`upstream ${from} sets ${path} to ${shown(current.after)}, not ${shown(old.after)}`]),
      ...(old.before === current.before
        ? []
        : [`base: ${path} in ${to} is ${shown(current.before)}, not ${shown(old.before)}`]),
    ]
  })
}

function shown(value: string | null): string {
  return value ?? 'nothing'
}
