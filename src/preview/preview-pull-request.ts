import { GATE_CHECK } from '../model/check-names.ts'
import { LockstepError, printProblem } from '../model/errors.ts'
import type { CheckRun, PullRequest } from '../model/github.ts'
import type { Outcome } from '../model/outcome.ts'
import { checkReports, finishedGate, startedGate } from './check-output.ts'
import { COMMENT_CHARS, previewComment } from './comment.ts'
import { lastingInMs } from './drift-facts.ts'
import { simpleVerdict } from './gate-verdict.ts'
import { inspectPullRequest } from './inspect-pull-request.ts'
import { headMoved, previewPosted, pullRequestGone } from './outcomes.ts'
import type { PreviewPorts } from './ports.ts'
import type { PreviewReport } from './preview-report.ts'
import { printRenderedHead } from './rendered-head.ts'

const TOPIC = 'preview'

/**
 * Brings the comment and the checks of a pull request up to date. The gate of a new head is posted first and always finished,
 * also when Lockstep fails; that failure is then thrown, so that the job is tried again. A head that moved meanwhile is left
 * to its own preview. Doing it twice says nothing twice.
 */
export async function previewPullRequest(ports: PreviewPorts, number: number, signal: AbortSignal): Promise<Outcome> {
  const { pulls, checks } = ports.repository
  const pull = await pulls.get(number)
  if (!pull || pull.state === 'closed') return pullRequestGone(number)
  const runs = await checks.list(pull.head.sha)
  const gate = runs.find((run) => run.name === GATE_CHECK)
  if (!gate) await checks.publish(startedGate(pull.head.sha))
  try {
    const report = await inspectPullRequest(ports, pull, gate, signal)
    const now = await pulls.get(number)
    if (now?.state !== 'open' || now.head.sha !== pull.head.sha) return await leaveOldHead(ports, pull, gate, now)
    await post(ports, pull, report, runs)
    return previewPosted(number, report, lastingInMs(report.drift, ports.clock()))
  } catch (error) {
    if (!signal.aborted) await reportFailure(ports, pull, error)
    throw error
  }
}

async function post(
  { repository }: PreviewPorts,
  pull: PullRequest,
  report: PreviewReport,
  runs: readonly CheckRun[],
): Promise<void> {
  if (isWorthSaying(report) || (await hasComment(repository, pull.number)))
    await repository.comments.ensure(pull.number, TOPIC, commentBody(pull, report))
  const known = runs.map((run) => run.name)
  for (const check of checkReports(report, pull.head.sha, known)) await repository.checks.publish(check)
}

function commentBody(pull: PullRequest, report: PreviewReport): string {
  const waits = report.verdict.reasons.some((reason) => reason.code === 'FORK_NEEDS_PLAN')
  const mark = pull.head.fork && !waits ? `\n\n${printRenderedHead(pull.head.sha)}` : ''
  return previewComment(report, COMMENT_CHARS - mark.length).text + mark
}

/** A pull request that deploys nothing needs no comment from us, unless there is one that says otherwise. */
function isWorthSaying({ verdict, overlays, notes }: PreviewReport): boolean {
  return verdict.conclusion !== 'success' || overlays.length > 0 || notes.length > 0
}

async function hasComment({ comments }: PreviewPorts['repository'], number: number): Promise<boolean> {
  return (await comments.list(number)).some(
    (comment) => comment.ours && comment.body.includes(`<!-- lockstep:${TOPIC} -->`),
  )
}

async function leaveOldHead(
  { repository }: PreviewPorts,
  pull: PullRequest,
  gate: CheckRun | undefined,
  now: PullRequest | undefined,
): Promise<Outcome> {
  if (gate?.status !== 'completed') {
    const title = now?.state === 'open' ? `Superseded by ${now.head.sha.slice(0, 7)}` : 'The pull request was closed'
    await repository.checks.publish(finishedGate(pull.head.sha, 'cancelled', { title, reasons: [] }))
  }
  return now?.state === 'open' ? headMoved(pull.number) : pullRequestGone(pull.number)
}

async function reportFailure({ repository }: PreviewPorts, pull: PullRequest, error: unknown): Promise<void> {
  const known = error instanceof LockstepError ? error.problems[0] : undefined
  const message = known ? `Lockstep could not finish: ${printProblem(known)}` : 'Lockstep could not finish'
  const verdict = simpleVerdict('failure', { code: 'PREVIEW_FAILED', verdict: 'blocked', message, unblock: '/plan' })
  // The first failure is the one to report; when GitHub is what fails, saying so there fails as well.
  await repository.checks.publish(finishedGate(pull.head.sha, 'failure', verdict)).catch(() => undefined)
}
