import type { CheckRun, Comment, GitHubRepository, PullRequest } from '../model/github.ts'
import { parseGateNote } from './gate-note.ts'
import type { PreviewReport } from './preview-report.ts'
import { parseRenderedHead } from './rendered-head.ts'

/**
 * Whether this very head of a fork may be rendered: it was before, or somebody with write access wrote `/plan` after the gate of
 * this head was posted. A new push starts without either.
 */
export async function isTrustedHead(
  repository: Pick<GitHubRepository, 'comments' | 'people'>,
  pull: PullRequest,
  gate: CheckRun | undefined,
): Promise<boolean> {
  if (!pull.head.fork || parseGateNote(gate?.note)?.rendered) return true
  const comments = await repository.comments.list(pull.number)
  if (comments.some((comment) => comment.ours && parseRenderedHead(comment.body) === pull.head.sha)) return true
  const posted = gate?.completedAt
  if (posted === undefined) return false
  const askers = comments.filter((comment) => asksForPlan(comment) && comment.createdAt > posted)
  for (const login of new Set(askers.map((comment) => comment.author.login))) {
    if (['admin', 'write'].includes(await repository.people.permission(login))) return true
  }
  return false
}

/** Stricter than the parser of commands: the comment is nothing but `/plan`, by a person, and was never edited. */
function asksForPlan({ author, body, createdAt, updatedAt }: Comment): boolean {
  return !author.bot && createdAt === updatedAt && /^\/plan\s*$/.test(body)
}

/** Whether a report says no more of a fork's head than that somebody has to ask for its render. */
export function waitsForPlan({ verdict }: Pick<PreviewReport, 'verdict'>): boolean {
  return verdict.reasons.some((reason) => reason.code === 'FORK_NEEDS_PLAN')
}
