import { parseCheckAction, printCheckAction } from '../model/check-actions.ts'
import { GATE_CHECK } from '../model/check-names.ts'
import type { Job } from '../model/job.ts'
import { type CheckRunFacts, checkRunFacts, checkSuiteFacts } from './event-facts.ts'

const AGAIN = printCheckAction({ kind: 'again' })

/** Whose checks these are is found by their commit: payloads name no pull request whose head is in a fork. */
export function onCheckRun(payload: unknown): Job[] {
  const facts = checkRunFacts(payload)
  const { repository, action, headSha, name: check, id, sender } = facts
  if (opensGate(facts)) return [{ kind: 'promotions', repository }]
  const wanted = { kind: 'action', repository, headSha, check } as const
  if (action === 'rerequested') return [{ ...wanted, identifier: AGAIN, wish: `run-${id}` }]
  const pressed = action === 'requested_action' ? parseCheckAction(facts.identifier ?? '') : undefined
  if (!pressed) return []
  const identifier = printCheckAction(pressed)
  return [{ ...wanted, identifier, sender, wish: `button-${id}-${identifier}` }]
}

/** Whoever set it: a gate anywhere, or what rules or gates may ask of a promotion. It looks for itself before it merges. */
function opensGate({ action, name, conclusion, branch }: CheckRunFacts): boolean {
  const mayMatter = name === GATE_CHECK || branch?.startsWith('lockstep/') === true
  return action === 'completed' && conclusion === 'success' && mayMatter
}

/** GitHub lets only those who may write ask for checks again. */
export function onCheckSuite(payload: unknown): Job[] {
  const { repository, action, headSha, id, updatedAt } = checkSuiteFacts(payload)
  if (action !== 'rerequested') return []
  const wish = `suite-${id}-${updatedAt.replaceAll(/[^\w.-]/g, '')}`.slice(0, 80)
  return [{ kind: 'action', repository, headSha, identifier: AGAIN, wish }]
}
