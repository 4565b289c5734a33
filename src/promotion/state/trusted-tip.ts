import { LockstepError } from '../../model/errors.ts'
import type { StatePorts } from '../ports.ts'
import { parseBranchName, STATE_BRANCH } from '../pulls/branch-name.ts'
import type { Reason } from '../reasons.ts'

/** The mirror keeps the newest tip that was found good. */
const KEPT = 'state'

/**
 * The tip of the state branch, once it is known to be good: GitHub vouches that the App wrote it, and it descends from the last one that was
 * good. Lockstep builds only on tips that it found good, so the newest commit speaks for those before it, and history is never walked. No
 * branch is no state, unless something tells that there was one. Throws STATE_MISSING, STATE_REWRITTEN, STATE_NOT_OURS or STATE_UNKNOWN.
 */
export async function trustedTip(ports: StatePorts): Promise<string | undefined> {
  const { mirror } = ports
  const kept = await mirror.kept(KEPT)
  const tip = await ports.repository.branches.tip(STATE_BRANCH)
  if (!tip) return nothingYet(ports, kept)
  if (tip === kept) return tip
  await fetchCommit(ports, tip)
  if (kept !== undefined && !(await mirror.isAncestor(kept, tip))) return lateOrRewritten(ports, kept, tip)
  if (!(await ports.repository.branches.isOwn(tip))) throw notOurs(tip)
  await mirror.keep(KEPT, tip, kept)
  return tip
}

/** GitHub's interface may lag behind Git itself, which then still has the branch where it was. */
async function lateOrRewritten({ mirror }: StatePorts, kept: string, tip: string): Promise<string> {
  await mirror.fetch()
  if ((await mirror.resolve(`refs/heads/${STATE_BRANCH}`)) === kept) return kept
  throw rewritten(kept, tip)
}

/** Every promotion is opened after the branch was made, so an open one tells that there was a branch. */
async function nothingYet({ repository }: StatePorts, kept: string | undefined): Promise<undefined> {
  if (kept !== undefined) throw missing(`It was at ${short(kept)}.`, kept)
  const open = await repository.pulls.listOpen()
  const trace = open.find(({ author, head }) => author.bot && !head.fork && parseBranchName(head.ref))
  if (trace) throw missing(`#${trace.number} was opened when it was there.`)
}

async function fetchCommit({ mirror }: StatePorts, tip: string): Promise<void> {
  if (await mirror.resolve(tip)) return
  await mirror.fetch()
  if (await mirror.resolve(tip)) return
  throw unknownState(`commit ${short(tip)} cannot be fetched`)
}

export function unknownState(what: string): LockstepError {
  const message = `The branch ${STATE_BRANCH} cannot be read: ${what}.`
  return untrusted('STATE_UNKNOWN', message, 'It is tried again on the next round.')
}

function missing(evidence: string, kept?: string): LockstepError {
  const restore = kept ? `Push ${kept} to it` : 'Restore it from the last commit of a clone'
  const remedy = `${restore}; to begin without locks, holds and history, close the promotions that are open and remove the mirror.`
  return untrusted('STATE_MISSING', `The branch ${STATE_BRANCH} is gone. ${evidence}`, remedy)
}

function rewritten(kept: string, tip: string): LockstepError {
  const message = `The branch ${STATE_BRANCH} was rewritten: ${short(tip)} does not come after ${short(kept)}.`
  return untrusted('STATE_REWRITTEN', message, `Push ${kept} back to it, and let a ruleset allow only the App to.`)
}

function notOurs(tip: string): LockstepError {
  const message = `GitHub does not vouch that the App wrote ${short(tip)}, the newest commit of ${STATE_BRANCH}.`
  const remedy =
    'Put the branch back to the last commit of the App, and let a ruleset allow only the App to write it. On GitHub Enterprise Server ' +
    'web commit signing has to be on.'
  return untrusted('STATE_NOT_OURS', message, remedy)
}

function untrusted(code: Reason, message: string, remedy: string): LockstepError {
  return new LockstepError({ code, message, remedy })
}

function short(sha: string): string {
  return sha.slice(0, 12)
}
