import { printSeen } from '../../model/job.ts'
import { outcome } from '../outcome-of.ts'
import type { CommandAnswer, CommandContext } from './context.ts'

/** The plan is the preview's: it is made again from scratch. */
export async function plan({ ports, pull }: CommandContext): Promise<CommandAnswer> {
  const seen = printSeen({ headSha: pull.head.sha, baseRef: pull.base.ref })
  await ports.queue.add({ kind: 'preview', repository: ports.repository.ref, number: pull.number, seen })
  return { outcome: outcome('done', 'PLAN_REQUESTED') }
}
