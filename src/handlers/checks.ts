import type { Job } from '../model/job.ts'
import { type CheckFacts, checkRunFacts, checkSuiteFacts } from './event-facts.ts'

export function onCheckRun(payload: unknown): Job[] {
  return previewsOf(checkRunFacts(payload), ['rerequested', 'requested_action'])
}

export function onCheckSuite(payload: unknown): Job[] {
  return previewsOf(checkSuiteFacts(payload), ['rerequested'])
}

/**
 * Somebody asked for a check again, or pressed one of its buttons. Whoever can see a check can press them, so a press only looks
 * again; what changes something takes a command, which is answered by rights. Heads in forks are found by the sweep.
 */
function previewsOf({ repository, action, pulls }: CheckFacts, actions: readonly string[]): Job[] {
  if (!actions.includes(action)) return []
  if (pulls.length === 0) return [{ kind: 'sweep' }]
  return pulls.map((number) => ({ kind: 'preview', repository, number }))
}
