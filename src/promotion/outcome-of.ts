import type { LockstepError } from '../model/errors.ts'
import type { Outcome } from '../model/outcome.ts'
import { REASONS, type Reason } from './reasons.ts'

/** An outcome in the words of its code, or in better ones. */
export function outcome(
  decision: Outcome['decision'],
  code: Reason,
  more: { message?: string; remedy?: string; details?: Outcome['details'] } = {},
): Outcome {
  return { decision, code, message: more.message ?? REASONS[code], ...rest(more) }
}

/** What a LockstepError says, as an outcome. */
export function refusal(error: LockstepError, details?: Outcome['details']): Outcome {
  const [problem] = error.problems
  const place = [problem?.file, problem?.line].filter((part) => part !== undefined).join(':')
  const message = `${place ? `${place}: ` : ''}${problem?.message ?? error.message}`
  const decision = error.kind === 'unreachable' ? 'failed' : 'refused'
  return { decision, code: error.code, message, ...rest({ remedy: problem?.remedy, details }) }
}

function rest({ remedy, details }: { remedy?: string | undefined; details?: Outcome['details'] | undefined }) {
  return { ...(remedy && { remedy }), ...(details && { details }) }
}
