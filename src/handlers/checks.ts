import { GATE_CHECK } from '../model/check-names.ts'
import type { Job } from '../model/job.ts'
import { type CheckFacts, type CheckRunFacts, checkRunFacts, checkSuiteFacts } from './event-facts.ts'

export function onCheckRun(payload: unknown): Job[] {
  const facts = checkRunFacts(payload)
  if (opensGate(facts)) return [{ kind: 'promotions', repository: facts.repository }]
  return previewsOf(facts, ['rerequested', 'requested_action'])
}

/** Whoever set a check of that name: promotions look at the gates themselves before they merge. */
function opensGate({ action, name, conclusion }: CheckRunFacts): boolean {
  return action === 'completed' && name === GATE_CHECK && conclusion === 'success'
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
