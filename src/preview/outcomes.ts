import type { PullRequest } from '../model/github.ts'
import type { Outcome } from '../model/outcome.ts'
import { plural } from './drift-words.ts'
import type { PreviewReport } from './preview-report.ts'

export function pullRequestGone(number: number): Outcome {
  return { decision: 'nothing', code: 'PULL_REQUEST_GONE', message: `#${number} is not open.` }
}

/** `againInMs`: when to look what became of it; absent where somebody has asked for that already. */
export function headMoved(number: number, againInMs?: number): Outcome {
  const message = `The head of #${number} moved; its own preview follows.`
  const details = { number, ...(againInMs !== undefined && { againInMs }) }
  return { decision: 'nothing', code: 'HEAD_MOVED', message, details }
}

export function gateAnnounced(number: number, isNew: boolean): Outcome {
  const message = isNew ? `The gate of #${number} has begun.` : `#${number} has its gate already.`
  return { decision: isNew ? 'done' : 'nothing', code: 'GATE_ANNOUNCED', message }
}

export function baseFollowed(branch: string, looked: number, reached: readonly number[]): Outcome {
  const pulls = plural(looked, 'open pull request', 'open pull requests')
  const which =
    reached.length > 0 ? `looks again at ${reached.map((number) => `#${number}`).join(', ')}` : 'reaches none'
  const message = `The move of ${branch} ${which} (${pulls} into it).`
  const details = { branch, looked, reached: reached.length }
  return { decision: reached.length > 0 ? 'done' : 'nothing', code: 'BASE_FOLLOWED', message, details }
}

export function baseWarmed(branch: string, overlays: number, broken: number): Outcome {
  const message = `${plural(overlays, 'overlay', 'overlays')} of ${branch} rendered ahead, ${broken} of them in vain.`
  const details = { branch, overlays, broken }
  return { decision: overlays > 0 ? 'done' : 'nothing', code: 'BASE_WARMED', message, details }
}

export function groupGone(branch: string): Outcome {
  return { decision: 'nothing', code: 'MERGE_GROUP_GONE', message: `${branch} is not in the merge queue any more.` }
}

export function groupJudged(branch: string, report: PreviewReport): Outcome {
  const { conclusion, title } = report.verdict
  const details = { branch, conclusion, overlays: report.overlays.length }
  return { decision: 'done', code: 'MERGE_GROUP_JUDGED', message: `${branch}: ${title}.`, details }
}

export function groupUnknown(branch: string): Outcome {
  const message = `${branch} is not named as merge queues name their branches.`
  const remedy = 'Report this name: Lockstep has to learn it. Merge without the queue meanwhile.'
  return { decision: 'failed', code: 'MERGE_GROUP_UNKNOWN', message, remedy }
}

/** `againInMs`: when time alone may make the verdict another: drift that lasts, a soak that ends, a freeze that begins. */
export function previewPosted(
  { number, head }: Pick<PullRequest, 'number' | 'head'>,
  report: PreviewReport,
  againInMs: number | undefined,
): Outcome {
  const { conclusion, title } = report.verdict
  return {
    decision: conclusion === 'action_required' ? 'waiting' : 'done',
    code: report.verdict.reasons.find(({ code }) => SPECIAL.has(code))?.code ?? 'PREVIEW_POSTED',
    message: `#${number}: ${title} (${plural(report.overlays.length, 'overlay', 'overlays')} affected).`,
    details: {
      number,
      conclusion,
      overlays: report.overlays.length,
      changed: report.overlays.filter((overlay) => overlay.status === 'changed').length,
      ...(againInMs !== undefined && { againInMs }),
      // GitHub does not tell an App of the checks that it wrote itself.
      ...(conclusion === 'success' && head.ref.startsWith('lockstep/') && { opensPromotion: true }),
    },
  }
}

const SPECIAL = new Set(['NOT_CONFIGURED', 'FORK_NEEDS_PLAN'])
