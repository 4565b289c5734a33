import type { Job } from '../model/job.ts'
import { holdsCommand } from './command-comment.ts'
import { commentFacts } from './event-facts.ts'

/** Commands are what people write on pull requests. An edit is none: the text could change after it was read. */
export function onIssueComment(payload: unknown): Job[] {
  const { repository, action, number, onPullRequest, comment } = commentFacts(payload)
  if (action !== 'created' || !onPullRequest || comment.author.bot || !holdsCommand(comment.body)) return []
  return [{ kind: 'command', repository, number, comment }]
}
