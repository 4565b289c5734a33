import { type AfterRule, namesIn } from '../../config/repository-config.ts'
import { satisfies } from './upstream.ts'

/** Beyond these every combination is too many to look at. */
const MOST_NAMES = 12

/** True when some environments are enough for the new rule that were not for the old one. */
export function isLooser(before: AfterRule, after: AfterRule): boolean {
  const names = [...new Set([...namesIn(before), ...namesIn(after)])]
  if (names.length > MOST_NAMES) return JSON.stringify(before) !== JSON.stringify(after)
  const sets = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((__, place) => bits & (1 << place)))
  return sets.some((set) => satisfies(after, set) && !satisfies(before, set))
}
