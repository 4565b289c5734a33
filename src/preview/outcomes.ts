import type { Outcome } from '../model/outcome.ts'
import { plural } from './drift-words.ts'
import type { PreviewReport } from './preview-report.ts'

export function pullRequestGone(number: number): Outcome {
  return { decision: 'nothing', code: 'PULL_REQUEST_GONE', message: `#${number} is not open.` }
}

export function headMoved(number: number): Outcome {
  return { decision: 'nothing', code: 'HEAD_MOVED', message: `The head of #${number} moved; its own preview follows.` }
}

/** `againInMs`: when drift that is being healed would begin to hold the pull request, if it lasts. */
export function previewPosted(number: number, report: PreviewReport, againInMs: number | undefined): Outcome {
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
    },
  }
}

const SPECIAL = new Set(['NOT_CONFIGURED', 'FORK_NEEDS_PLAN'])
