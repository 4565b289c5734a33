import type { Outcome } from '../../model/outcome.ts'
import { postedCommit, recomputePlan } from '../gates/posted-plan.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { changeState } from '../state/ledger.ts'
import { writeEntry } from '../state/state.ts'
import type { Candidate } from './merge-wait.ts'
import { isSameResult } from './same-result.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Merges the default branch into a promotion that a rule of the branch would only merge up to date. Its plan stays as it is, and so does a
 * `/promote`, where the environment renders to the same as before.
 */
export async function catchUp(ports: PromotionPorts, snapshot: Snapshot, each: Candidate): Promise<Outcome> {
  const { environment, application } = each.branch
  const details = { environment, application, pullRequest: each.pull.number }
  const head = await mergeTip(ports, snapshot, each)
  if (!head) return outcome('waiting', 'BRANCH_MOVED', { details })
  await stayArmed(ports, snapshot, each, head)
  return outcome('done', 'PROMOTION_CAUGHT_UP', { details: { ...details, commit: head } })
}

/** The branch's new tip; undefined where it moved meanwhile, or its plan did. */
async function mergeTip(
  { mirror, repository }: PromotionPorts,
  snapshot: Snapshot,
  { pull: { head }, branch }: Candidate,
): Promise<string | undefined> {
  const posted = await postedCommit(mirror, snapshot, head.sha, branch)
  const plan = posted && (await recomputePlan(mirror, snapshot, posted.trailers))
  if (!plan || plan.planHash !== posted.trailers.planHash) return undefined
  const [headline = '', ...body] = posted.message.split('\n')
  const done = await repository.branches.commit({
    branch: head.ref,
    expectedHead: head.sha,
    headline,
    body: body.join('\n').trim(),
    merging: snapshot.tip,
    changes: plan.files,
  })
  return done === 'stale' ? undefined : done.sha
}

async function stayArmed(ports: PromotionPorts, snapshot: Snapshot, { pull, branch }: Candidate, head: string) {
  const isArmed = (sha: string | undefined) => sha === pull.head.sha
  if (!isArmed(snapshot.state?.ledger.get(String(pull.number))?.armed?.sha)) return
  if (!(await isSameResult(ports, snapshot, branch, pull.head.sha, head))) return
  await changeState(ports, `Keep #${pull.number} armed`, (state) => {
    const item = state.ledger.get(String(pull.number))
    return item?.armed && isArmed(item.armed.sha)
      ? [writeEntry({ kind: 'ledger', item: { ...item, armed: { ...item.armed, sha: head } } })]
      : []
  })
}
