import type { ChartRequest } from '../../model/charts.ts'
import { LockstepError, type Problem, type ProblemKind } from '../../model/errors.ts'
import { type FaultReason, RemoteFault } from '../oci/remote-fault.ts'
import type { REASONS } from './reasons.ts'

/** Why a chart was not opened. Whoever knows where it was asked for adds file and line. */
export class ChartFault extends Error {
  readonly code: keyof typeof REASONS
  readonly remedy: string
  readonly kind: ProblemKind

  constructor(code: keyof typeof REASONS, message: string, remedy: string, kind: ProblemKind = 'refused') {
    super(message)
    this.name = 'ChartFault'
    this.code = code
    this.remedy = remedy
    this.kind = kind
  }
}

const CODES: Readonly<Record<FaultReason, keyof typeof REASONS>> = {
  denied: 'CHART_DENIED',
  'host-refused': 'CHART_HOST_REFUSED',
  unreachable: 'CHART_UNREACHABLE',
  malformed: 'CHART_INDEX',
  'too-large': 'CHART_ARCHIVE',
}

/** The fault where the chart is asked for; other errors come back as they are. */
export function atRequest(error: unknown, request: ChartRequest): unknown {
  if (error instanceof RemoteFault) return atRequest(chartFault(error), request)
  if (!(error instanceof ChartFault)) return error
  const { name, file, line } = request
  const message = `The chart ${name} cannot be used: ${error.message}.`
  const problem: Problem = { code: error.code, message, file, line, remedy: error.remedy }
  return new LockstepError(problem, { kind: error.kind, cause: error })
}

function chartFault({ reason, message, remedy }: RemoteFault): ChartFault {
  return new ChartFault(CODES[reason], message, remedy, reason === 'unreachable' ? 'unreachable' : 'refused')
}
