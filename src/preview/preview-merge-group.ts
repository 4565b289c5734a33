import { GATE_CHECK } from '../model/check-names.ts'
import type { GateReason } from '../model/gate.ts'
import type { PullRequest } from '../model/github.ts'
import type { GroupJob } from '../model/job.ts'
import { Superseded } from '../model/job-queue.ts'
import type { Outcome } from '../model/outcome.ts'
import { parseQueueBranch, type QueueBranch } from '../model/queue-branch.ts'
import { checkReports, finishedGate } from './check-output.ts'
import { simpleVerdict } from './gate-verdict.ts'
import { groupContents } from './group-contents.ts'
import { emptyReport, inspectTrees } from './inspect-trees.ts'
import { groupGone, groupJudged, groupUnknown } from './outcomes.ts'
import type { PreviewPorts } from './ports.ts'
import { beginning, hasToBegin, post } from './post-checks.ts'
import { reportFailure } from './preview-failure.ts'
import type { PreviewReport } from './preview-report.ts'
import { tryLoad } from './rules.ts'

export type GroupRequest = Pick<GroupJob, 'branch' | 'headSha' | 'baseSha' | 'destroyed' | 'again'>

/**
 * Renders and judges the commit that a merge queue built, as the queue would merge it, and reports on that commit; nothing is
 * commented. A gate on it is always finished: the queue waits for one.
 */
export async function previewMergeGroup(
  ports: PreviewPorts,
  request: GroupRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const { checks } = ports.repository
  const { headSha, branch, again } = request
  const runs = await checks.list(headSha)
  const gate = runs.find((run) => run.name === GATE_CHECK)
  const begins = !request.destroyed && hasToBegin(gate, again)
  if (begins) await checks.publish(beginning(headSha, gate, again))
  const unfinished = begins || (gate !== undefined && gate.status !== 'completed')
  const queue = parseQueueBranch(branch)
  try {
    if (!queue) return await refuse(ports, request)
    if (!(await stands(ports, request))) return await leave(ports, request, unfinished)
    const report = await inspect(ports, request, queue, signal)
    signal.throwIfAborted()
    if (!(await stands(ports, request))) return await leave(ports, request, unfinished)
    const known = runs.map((run) => run.name)
    await post(ports, checkReports(report, headSha, known), { again, stillTrue: async () => !signal.aborted })
    return groupJudged(branch, report)
  } catch (error) {
    if (signal.reason instanceof Superseded) return leave(ports, request, unfinished)
    if (!signal.aborted) await reportFailure(ports.repository, headSha, error)
    throw error
  }
}

/** Git is asked, because GitHub's answers about a branch this young may be behind. */
async function stands({ mirror }: PreviewPorts, { branch, headSha, destroyed }: GroupRequest): Promise<boolean> {
  if (destroyed) return false
  await mirror.fetch()
  return (await mirror.resolve(`refs/heads/${branch}`)) === headSha
}

async function inspect(
  ports: PreviewPorts,
  { headSha: head, baseSha }: GroupRequest,
  queue: QueueBranch,
  signal: AbortSignal,
): Promise<PreviewReport> {
  const { mirror, repository } = ports
  const told = baseSha === undefined ? undefined : await mirror.resolve(baseSha)
  const { base, pullRequests } = await groupContents(mirror, { head, base: told, queue })
  const found = await Promise.all(pullRequests.map((number) => repository.pulls.get(number)))
  const pulls = found.filter((pull) => pull !== undefined && pull.base.ref === queue.base) as PullRequest[]
  const hideLive = pulls.some((pull) => pull.head.fork) || (await repository.isPublic())
  const baseTree = await mirror.tree(base)
  const step = {
    empty: emptyReport(base, head, hideLive),
    base: baseTree,
    head: await mirror.tree(head),
    rules: await tryLoad(baseTree),
  }
  return inspectTrees(ports, step, () => gatesOf(ports, pulls), signal)
}

/** Each promotion in the group still has to pass its own gates. */
async function gatesOf({ promotionGates }: PreviewPorts, pulls: readonly PullRequest[]): Promise<GateReason[]> {
  const reasons = await Promise.all(
    pulls.map(async (pull) =>
      (await promotionGates(pull)).map((reason) => ({ ...reason, message: `#${pull.number}: ${reason.message}` })),
    ),
  )
  return reasons.flat()
}

async function refuse({ repository }: PreviewPorts, { branch, headSha }: GroupRequest): Promise<Outcome> {
  const refused = groupUnknown(branch)
  const verdict = simpleVerdict('failure', { code: refused.code, verdict: 'blocked', message: refused.message })
  await repository.checks.publish(finishedGate(headSha, 'failure', verdict))
  return refused
}

async function leave({ repository }: PreviewPorts, request: GroupRequest, unfinished: boolean): Promise<Outcome> {
  const title = 'The merge queue does not ask for this commit any more'
  if (unfinished) await repository.checks.publish(finishedGate(request.headSha, 'cancelled', { title, reasons: [] }))
  return groupGone(request.branch)
}
