import { GATE_CHECK } from '../model/check-names.ts'
import type { CheckRun, PullRequest } from '../model/github.ts'
import { type Again, printSeen } from '../model/job.ts'
import { Superseded } from '../model/job-queue.ts'
import type { Outcome } from '../model/outcome.ts'
import { checkReports, finishedGate } from './check-output.ts'
import { lastingInMs } from './drift-facts.ts'
import { waitsForPlan } from './fork-trust.ts'
import { printGateNote } from './gate-note.ts'
import { inspectPullRequest } from './inspect-pull-request.ts'
import { headMoved, previewPosted, pullRequestGone } from './outcomes.ts'
import type { PreviewPorts } from './ports.ts'
import { beginning, hasToBegin, post } from './post-checks.ts'
import { postComment } from './post-comment.ts'
import { reportFailure } from './preview-failure.ts'
import type { PreviewReport } from './preview-report.ts'
import { verdictEndsInMs } from './verdict-ends.ts'

/** A base that moves faster than this is followed by the jobs of its pushes. */
const MOST_LOOKS = 3

export interface PreviewWish {
  /** As `printSeen` wrote it when the preview was asked for. */
  readonly seen?: string
  readonly again?: Again
}

/**
 * Brings the comment and the checks of a pull request up to date. The gate of a new head is posted first and always finished,
 * also when Lockstep fails; that failure is then thrown, so that the job is tried again. A head that moved meanwhile is left
 * to its own preview. Doing it twice says nothing twice.
 */
export async function previewPullRequest(
  ports: PreviewPorts,
  number: number,
  signal: AbortSignal,
  { seen, again }: PreviewWish = {},
): Promise<Outcome> {
  const { pulls, checks } = ports.repository
  const pull = await pulls.get(number)
  if (!pull || pull.state === 'closed') return pullRequestGone(number)
  if (seen !== undefined && seen !== seenOf(pull)) return headMoved(number, LAG_MS)
  const runs = await checks.list(pull.head.sha)
  const gate = runs.find((run) => run.name === GATE_CHECK)
  const begins = hasToBegin(gate, again)
  if (begins) await checks.publish(beginning(pull.head.sha, gate, again))
  const unfinished = begins || gate?.status !== 'completed'
  try {
    const report = await inspectTheLatest(ports, pull, gate, signal)
    signal.throwIfAborted()
    const stillTrue = async () => !signal.aborted && isCurrent(pull, await pulls.get(number))
    await postAll(ports, pull, { report, runs, again, stillTrue })
    if (!(await stillTrue())) return await leaveOldHead(ports, pull, { unfinished, againInMs: 0 })
    return previewPosted(pull, report, againInMs(report, ports.clock()))
  } catch (error) {
    if (signal.reason instanceof Superseded) return leaveOldHead(ports, pull, { unfinished })
    if (!signal.aborted) await reportFailure(ports.repository, pull.head.sha, error)
    throw error
  }
}

function againInMs({ drift, verdict }: PreviewReport, now: Date): number | undefined {
  const waits = [lastingInMs(drift, now), verdictEndsInMs(verdict, now)].filter((wait) => wait !== undefined)
  return waits.length > 0 ? Math.min(...waits) : undefined
}

/** Events may be ahead of what GitHub answers. */
const LAG_MS = 1_000

function seenOf({ head, base }: PullRequest): string {
  return printSeen({ headSha: head.sha, baseRef: base.ref })
}

/** Merging keeps what is said of the head true; closing ends what there is to say. */
function isCurrent(pull: PullRequest, now: PullRequest | undefined): boolean {
  return now !== undefined && (now.state === 'open' || now.merged) && seenOf(now) === seenOf(pull)
}

/** Looks again when the base moved meanwhile, so that no verdict begins its life out of date. */
async function inspectTheLatest(
  ports: PreviewPorts,
  pull: PullRequest,
  gate: CheckRun | undefined,
  signal: AbortSignal,
): Promise<PreviewReport> {
  let seen: string | undefined
  for (let looks = 1; ; looks++) {
    const { report, tip } = await inspectPullRequest(ports, pull, gate, signal)
    const now = tip === seen ? tip : await ports.repository.branches.tip(pull.base.ref)
    if (now === undefined || now === tip || looks === MOST_LOOKS) return report
    // Where git has nothing newer, it is GitHub's answer that is behind.
    seen = tip
  }
}

async function postAll(
  ports: PreviewPorts,
  pull: PullRequest,
  wanted: {
    report: PreviewReport
    runs: readonly CheckRun[]
    again: Again | undefined
    stillTrue: () => Promise<boolean>
  },
): Promise<void> {
  const { report, runs, again, stillTrue } = wanted
  const known = runs.map((run) => run.name)
  const note = printGateNote({ base: report.base, rendered: !waitsForPlan(report) })
  const checks = checkReports(report, pull.head.sha, known).map((check) =>
    check.name === GATE_CHECK ? { ...check, note } : check,
  )
  const afterwards = () => postComment(ports.repository, pull, report, stillTrue)
  await post(ports, checks, { again, stillTrue, afterwards })
}

/** What was begun on a head that nobody asks for any more is finished there, and nowhere else said. */
async function leaveOldHead(
  { repository }: PreviewPorts,
  pull: PullRequest,
  { unfinished, againInMs }: { unfinished: boolean; againInMs?: number },
): Promise<Outcome> {
  const now = await repository.pulls.get(pull.number)
  const open = now?.state === 'open'
  if (unfinished && !(open && now.head.sha === pull.head.sha)) {
    const title = open ? `Superseded by ${now.head.sha.slice(0, 7)}` : 'The pull request was closed'
    await repository.checks.publish(finishedGate(pull.head.sha, 'cancelled', { title, reasons: [] }))
  }
  return open ? headMoved(pull.number, againInMs) : pullRequestGone(pull.number)
}
