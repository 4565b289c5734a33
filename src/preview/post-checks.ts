import { GATE_CHECK } from '../model/check-names.ts'
import type { CheckReport, CheckRun, StillTrue } from '../model/github.ts'
import type { Again } from '../model/job.ts'
import { startedGate } from './check-output.ts'
import type { PreviewPorts } from './ports.ts'

/** Whether a wish to see checks again is about this one. */
function isWished(again: Again | undefined, check: string): again is Again {
  return again !== undefined && (again.check === undefined || again.check === check)
}

/** Whether the gate has to begin: there is none on this commit, or somebody wants it again and did not get it yet. */
export function hasToBegin(gate: CheckRun | undefined, again: Again | undefined): boolean {
  return !gate || (isWished(again, GATE_CHECK) && gate.again !== again.wish)
}

/** The gate's first report; what an earlier run of the same commit noted stays. */
export function beginning(headSha: string, gate: CheckRun | undefined, again: Again | undefined): CheckReport {
  const kept = { ...(gate?.note && { note: gate.note }), ...(again && { again: again.wish }) }
  return { ...startedGate(headSha), ...kept }
}

/**
 * Hands all checks over at once, so that the most urgent goes first: the gate, then the others; `afterwards` begins when they stand. One
 * that fails keeps no other from being written; its failure is then thrown.
 */
export async function post(
  { repository }: Pick<PreviewPorts, 'repository'>,
  reports: readonly CheckReport[],
  {
    again,
    stillTrue,
    afterwards,
  }: { again?: Again | undefined; stillTrue: StillTrue; afterwards?: () => Promise<void> },
): Promise<void> {
  const wished = reports.map((report) => (isWished(again, report.name) ? { ...report, again: again.wish } : report))
  const written = await Promise.allSettled(wished.map((report) => repository.checks.publish(report, stillTrue)))
  await afterwards?.()
  for (const one of written) if (one.status === 'rejected') throw one.reason
}
