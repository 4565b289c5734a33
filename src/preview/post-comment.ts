import type { Comment, GitHubRepository, PullRequest, StillTrue } from '../model/github.ts'
import { planAttention } from './attention.ts'
import { HIDDEN_CHARS, previewComment } from './comment.ts'
import { printLinks } from './comment-links.ts'
import { type CommentState, parseCommentState, printCommentState } from './comment-state.ts'
import { waitsForPlan } from './fork-trust.ts'
import type { PreviewReport } from './preview-report.ts'
import { printRenderedHead } from './rendered-head.ts'

const TOPIC = 'preview'
/** What the adapter writes around a body to find it again. */
const MARKER_CHARS = 50

/**
 * Brings the one comment of a pull request up to date, once its checks are posted, so that it can lead to them. Who has to look
 * again is told first: should this be interrupted, the next run tells nobody twice.
 */
export async function postComment(
  { comments, checks }: Pick<GitHubRepository, 'comments' | 'checks'>,
  pull: PullRequest,
  report: PreviewReport,
  stillTrue: StillTrue,
): Promise<void> {
  const standing = (await comments.list(pull.number)).find(isPreview)
  if (!standing && !isWorthSaying(report)) return
  const previous = standing && parseCommentState(standing.body)
  const { comments: calls, state } = planAttention(previous, report, pull)
  for (const { topic, body } of calls) await comments.ensure(pull.number, topic, body, stillTrue)
  const runs = await checks.list(pull.head.sha)
  await comments.ensure(pull.number, TOPIC, commentBody(pull, report, runs, state), stillTrue)
}

function commentBody(
  pull: PullRequest,
  report: PreviewReport,
  runs: Parameters<typeof printLinks>[2],
  state: CommentState,
): string {
  const { text } = previewComment(report)
  const marks = [
    printCommentState(state),
    pull.head.fork && !waitsForPlan(report) ? printRenderedHead(pull.head.sha) : '',
  ]
  const hidden = marks.filter(Boolean).join('\n')
  const links = printLinks(text, pull, runs, HIDDEN_CHARS - hidden.length - MARKER_CHARS)
  return [text, links, hidden].filter(Boolean).join('\n\n')
}

/** A pull request that deploys nothing needs no comment from us, unless there is one that says otherwise. */
function isWorthSaying({ verdict, overlays, notes }: PreviewReport): boolean {
  return verdict.conclusion !== 'success' || overlays.length > 0 || notes.length > 0
}

function isPreview({ ours, body }: Comment): boolean {
  return ours && body.includes(`<!-- lockstep:${TOPIC} -->`)
}
