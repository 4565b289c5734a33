import type { ProposedChange } from '../config/proposed-change.ts'
import { LockstepError } from '../model/errors.ts'
import type { GateReason } from '../model/gate.ts'
import type { CheckRun, PullRequest } from '../model/github.ts'
import { isReachedBy } from './base-move.ts'
import { isTrustedHead } from './fork-trust.ts'
import { parseGateNote } from './gate-note.ts'
import { type GateVerdict, simpleVerdict } from './gate-verdict.ts'
import { emptyReport, inspectTrees, judged } from './inspect-trees.ts'
import type { PreviewPorts } from './ports.ts'
import type { PreviewReport } from './preview-report.ts'
import { tryLoad } from './rules.ts'

export interface Inspection {
  /** Its `base` is the tip, or the earlier one its gate stands for where nothing that matters here moved since. */
  readonly report: PreviewReport
  /** The base branch's commit that everything was compared with. */
  readonly tip: string
}

/** Everything there is to say about a pull request now, merged with the live tip of its base and judged by the base's rules. */
export async function inspectPullRequest(
  ports: PreviewPorts,
  pull: PullRequest,
  gate: CheckRun | undefined,
  signal: AbortSignal,
): Promise<Inspection> {
  const { mirror, repository } = ports
  await mirror.fetch()
  const tip = await requireCommit(ports, `refs/heads/${pull.base.ref}`)
  const head = await requireCommit(ports, pull.head.sha)
  const base = await mirror.tree(tip)
  const rules = await tryLoad(base)
  const hideLive = pull.head.fork || (await repository.isPublic())
  const empty = emptyReport(await standingBase(ports, parseGateNote(gate?.note)?.base, tip, head), head, hideLive)
  if (rules.config && !(await isTrustedHead(repository, pull, gate)))
    return { tip, report: { ...empty, gates: FORK.reasons, verdict: FORK } }
  const merged = await mirror.merge(tip, head)
  // A promotion says what moved under it, which is why it conflicts.
  if ('conflicts' in merged)
    return { tip, report: judged({ ...empty, conflicts: merged.conflicts, gates: await ports.promotionGates(pull) }) }
  const step = { empty, base, head: merged.tree, rules }
  return { tip, report: await inspectTrees(ports, step, (change) => gatesOf(ports, pull, change), signal) }
}

async function gatesOf(ports: PreviewPorts, pull: PullRequest, change: ProposedChange): Promise<GateReason[]> {
  const asked = await Promise.all([ports.promotionGates(pull), ports.changeGates(pull, change)])
  return asked.flat()
}

/** What is said to stand on a commit need not be said anew for each push that has nothing to do with it. */
async function standingBase(
  { mirror }: PreviewPorts,
  noted: string | undefined,
  tip: string,
  head: string,
): Promise<string> {
  const from = noted === undefined ? undefined : await mirror.resolve(noted)
  return from !== undefined && !(await isReachedBy(mirror, head, { from, to: tip })) ? from : tip
}

const FORK: GateVerdict = simpleVerdict('action_required', {
  code: 'FORK_NEEDS_PLAN',
  verdict: 'waits',
  message: 'From a fork: rendered after /plan by someone with write access',
  unblock: '/plan',
})

/** GitHub may tell of a commit before git can be asked for it. */
async function requireCommit({ mirror }: PreviewPorts, ref: string): Promise<string> {
  const sha = await mirror.resolve(ref)
  if (sha) return sha
  const problem = {
    code: 'PREVIEW_HEAD_MISSING',
    message: `${ref} could not be fetched.`,
    remedy: 'It is tried again by itself.',
  }
  throw new LockstepError(problem, { kind: 'unreachable' })
}
