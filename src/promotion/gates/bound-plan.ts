import type { GateFacts } from './facts.ts'
import { blocked, passed, type Verdict } from './verdict.ts'

const MOST_SENTENCES = 5

/** What was reviewed is what merges: the same values into the same files, and the same render. */
export function planGate({ plan, environment, headSince }: GateFacts): Verdict {
  const { posted, recomputed, exact, moved, because } = plan
  if (posted === undefined) return blocked('PLAN_UNKNOWN', 'No plan was posted for this head.')
  if (recomputed !== posted)
    return blocked('PLAN_STALE', told('The plan is another than the one posted', because), {
      unblock: 'It is brought up to date by itself; review it again then.',
    })
  if (exact === undefined || moved === undefined)
    return blocked('PLAN_UNKNOWN', 'What the merge would do cannot be told: the result does not render.')
  if (!exact)
    return blocked('PLAN_EDITED', told('The merge would change more or less than the plan', because), {
      unblock: 'Take the extra commits off the branch.',
      ...(headSince && { since: headSince }),
    })
  if (moved.length > 0)
    return blocked('RESULT_MOVED', told(`The render of ${environment.name} is another than at review`, moved), {
      unblock: 'It is brought up to date by itself; review it again then.',
    })
  return passed('PLAN_BOUND', 'The merge does exactly what was posted.')
}

function told(what: string, sentences: readonly string[]): string {
  const shown = sentences.slice(0, MOST_SENTENCES).join('; ')
  const rest = sentences.length > MOST_SENTENCES ? `; and ${sentences.length - MOST_SENTENCES} more` : ''
  return sentences.length > 0 ? `${what}: ${shown}${rest}.` : `${what}.`
}
