import type { Review } from '../../model/github.ts'
import type { ApprovalFacts, GateFacts } from './facts.ts'
import { blocked, passed, type Verdict, waits } from './verdict.ts'

/** Each reviewer's last word on exactly this head counts; a request for changes counts on whatever commit it was made. */
export function approvalGates({
  environment,
  approval,
  headSha,
  headSince,
}: Pick<GateFacts, 'environment' | 'approval' | 'headSha' | 'headSince'>): Verdict[] {
  if (!approval) return [blocked('APPROVALS_UNKNOWN', 'The reviews, or who may give them, cannot be read.')]
  const { approvals, teams } = environment.gates
  const last = lastWords(approval)
  const refusing = last.filter(({ state }) => state === 'CHANGES_REQUESTED')
  const approving = last.filter(({ state, commit }) => state === 'APPROVED' && commit === headSha)
  const approvers = approving.map(({ author }) => author.login)
  return [
    ...(refusing.length > 0 ? [changesGate(refusing)] : []),
    since(countGate(approvals, approvers, approval), headSince),
    ...teams.map((team) => since(teamGate(team, approvers, approval), headSince)),
  ]
}

/** What waits for words on a commit waits since the commit is there. */
function since(verdict: Verdict, headSince: string | undefined): Verdict {
  return verdict.verdict === 'waits' && headSince ? { ...verdict, since: headSince } : verdict
}

function changesGate(refusing: readonly Review[]): Verdict {
  const who = refusing.map(({ author }) => author.login)
  const [first] = refusing
  return waits('CHANGES_REQUESTED', `${who.join(', ')} asked for changes.`, {
    who,
    unblock: APPROVE,
    ...(first && { since: first.submittedAt }),
  })
}

const APPROVE = 'Approve this commit in a review on GitHub.'

/** In the order they were given; comments are no word, and a dismissed review is none any more. */
function lastWords({ reviews, reviewers }: ApprovalFacts): Review[] {
  const last = new Map<string, Review>()
  for (const review of reviews.toSorted((a, b) => Date.parse(a.submittedAt) - Date.parse(b.submittedAt))) {
    const says = review.state !== 'COMMENTED' && review.state !== 'PENDING'
    if (says && !review.author.bot && reviewers.has(review.author.login)) last.set(review.author.login, review)
  }
  return [...last.values()]
}

function countGate(needed: number, approvers: readonly string[], { excluded }: ApprovalFacts): Verdict {
  const missing = needed - approvers.length
  if (missing <= 0) return passed('APPROVALS_PASSED', `${approvers.length} of ${needed} approvals.`)
  const but = excluded.length > 0 ? ` but ${excluded.join(', ')}` : ''
  return waits('APPROVALS_WAIT', `${missing} more approving review${missing > 1 ? 's' : ''} of this commit needed.`, {
    who: [`anybody with write access${but}`],
    unblock: APPROVE,
  })
}

function teamGate(team: string, approvers: readonly string[], { teams, excluded }: ApprovalFacts): Verdict {
  const members = teams.get(team)
  if (!members) return blocked('APPROVALS_UNKNOWN', `Who is in ${team} cannot be read.`)
  const approver = approvers.find((login) => members.has(login))
  if (approver) return passed('TEAM_PASSED', `${approver} approved for ${team}.`)
  const but = excluded.length > 0 ? ` (not ${excluded.join(', ')})` : ''
  return waits('TEAM_WAITS', `An approval by a member of ${team} is needed.`, {
    who: [`${team}${but}`],
    unblock: APPROVE,
  })
}
