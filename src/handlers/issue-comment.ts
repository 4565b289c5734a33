import type { Job } from '../model/job.ts'
import { commandLines, holdsCommand } from './command-comment.ts'
import { commentFacts } from './event-facts.ts'

/**
 * Comments that may hold a command. Who may command, and where, is decided by the job, so that a refusal has its code in the log. Of edits,
 * only one that changes what is commanded matters: it is refused, and its author told.
 */
export function onIssueComment(payload: unknown): Job[] {
  const { repository, action, number, comment, before } = commentFacts(payload)
  if (!holdsCommand(comment.body)) return []
  const job = { kind: 'command', repository, number, comment } as const
  if (action === 'created') return [job]
  const isOther = before !== undefined && commandLines(before).join() !== commandLines(comment.body).join()
  return action === 'edited' && isOther ? [{ ...job, edited: true }] : []
}
