import type { Review } from '../../model/github.ts'
import { overlaysOf } from '../carry/overlays-of.ts'
import type { PromotionPorts } from '../ports.ts'
import type { Edge } from '../state/edge-state.ts'
import { rendersAlike } from './renders-alike.ts'
import type { Snapshot } from './snapshot.ts'

type ResultPorts = Pick<PromotionPorts, 'mirror' | 'renderer'>

/** True when the application is rendered to the same at both commits of its promotion; a commit that is gone counts as another. */
export async function isSameResult(
  { mirror, renderer }: ResultPorts,
  { overlays }: Pick<Snapshot, 'overlays'>,
  edge: Edge,
  one: string,
  other: string,
): Promise<boolean> {
  if (one === other) return true
  if (!(await mirror.resolve(other))) await mirror.fetch()
  const known = await Promise.all([one, other].map((sha) => mirror.resolve(sha)))
  if (!known.every((sha) => sha !== undefined)) return false
  const [before, after] = await Promise.all([mirror.tree(one), mirror.tree(other)])
  return rendersAlike({ renderer }, overlaysOf(overlays, edge), before, after)
}

/** The reviews with approvals of the same rendered result told as approvals of the head. */
export function reviewsOfResult(
  ports: ResultPorts,
  snapshot: Pick<Snapshot, 'overlays'>,
  edge: Edge,
  head: string,
  reviews: readonly Review[],
): Promise<Review[]> {
  return Promise.all(
    reviews.map(async (review) => {
      const isOlder = review.state === 'APPROVED' && review.commit !== head
      return isOlder && (await isSameResult(ports, snapshot, edge, review.commit, head))
        ? { ...review, commit: head }
        : review
    }),
  )
}
