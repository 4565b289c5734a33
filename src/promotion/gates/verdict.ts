import type { GateReason } from '../../model/gate.ts'
import type { Reason } from '../reasons.ts'
import type { BlockerCode } from './blockers.ts'

/** A gate's reason before it is known for which application and environment. */
export type Verdict = Omit<GateReason, 'code'> & { readonly code: Reason }

type More = Pick<GateReason, 'since' | 'opensAt' | 'unblock' | 'who'>

export function passed(code: Reason, message: string, more: Pick<GateReason, 'closesAt'> = {}): Verdict {
  return { code, verdict: 'passed', message, ...more }
}

/** Opens by itself or by a person's action. */
export function waits(code: BlockerCode, message: string, more: More = {}): Verdict {
  return { code, verdict: 'waits', message, ...more }
}

/** Something has to be put right, or is not known. */
export function blocked(code: BlockerCode, message: string, more: More = {}): Verdict {
  return { code, verdict: 'blocked', message, ...more }
}
