import { createHash } from 'node:crypto'
import { alertHead, quoted } from './comment/alert.ts'
import { describeLoss } from './comment/destructive.ts'
import { describeReason } from './comment/gate-section.ts'
import { type CommentState, MOST_LOSSES, MOST_LOSSES_TOLD, type Told } from './comment-state.ts'
import { plural } from './drift-words.ts'
import { lossesOf } from './losses.ts'
import type { PreviewReport } from './preview-report.ts'

const MOST_LINES = 10

/** A comment of its own, for those who may have stopped looking at the one that is only edited. */
export interface AttentionComment {
  /** One a cause: the same cause again is told by the same comment. */
  readonly topic: string
  readonly body: string
}

export interface AttentionPlan {
  /** What to write before the comment itself: causes that are new, and those that are over. */
  readonly comments: readonly AttentionComment[]
  /** What the comment has to keep. */
  readonly state: CommentState
}

/**
 * Who read the comment must be called back when the gate was green and is red, or when something more is lost in an environment
 * that comes after others. A first comment calls for itself, and drafts call nobody. At most one comment an event.
 */
export function planAttention(
  previous: CommentState | undefined,
  report: PreviewReport,
  { draft }: { readonly draft: boolean },
): AttentionPlan {
  const { conclusion } = report.verdict
  const found = downstreamLosses(report)
  const losses = [
    ...new Set([...found.map(({ id }) => id), ...(isWhole(report) ? [] : (previous?.losses ?? []))]),
  ].sort()
  const raised =
    !previous || draft ? undefined : joined([...gateTurnedRed(previous, report), ...moreIsLost(previous, found)])
  const told = (previous?.told ?? []).filter(({ topic }) => topic !== raised?.topic)
  const over = raised ? undefined : told.find((one) => isOver(one, report, losses))
  return {
    comments: [...(raised ? [{ topic: raised.topic, body: raised.body }] : []), ...(over ? [endOf(over)] : [])],
    state: {
      green: conclusion === 'success' || (conclusion === 'action_required' && previous?.green === true),
      losses: losses.slice(0, MOST_LOSSES),
      told: [
        ...told.filter((one) => one !== over),
        ...(raised ? [{ topic: raised.topic, losses: raised.losses }] : []),
      ],
    },
  }
}

/** An overlay that does not render says nothing of what it would lose: what was known of it stays. */
function isWhole({ stages, overlays }: PreviewReport): boolean {
  return stages.length > 0 && overlays.every(({ status }) => status !== 'error')
}

type Raised = AttentionComment & Told

function joined(causes: readonly Raised[]): Raised | undefined {
  const [first, ...others] = causes
  if (!first || others.length === 0) return first
  return {
    topic: topicOf(...causes.map(({ topic }) => topic)),
    body: causes.map(({ body }) => body).join('\n\n'),
    losses: causes.flatMap(({ losses }) => losses),
  }
}

function gateTurnedRed(previous: CommentState, { verdict }: PreviewReport): Raised[] {
  const blocking = verdict.reasons.filter((reason) => reason.verdict === 'blocked')
  const [first] = blocking
  if (!previous.green || verdict.conclusion !== 'failure' || !first) return []
  const lines = blocking.slice(0, MOST_LINES).map((reason) => `- ${describeReason(reason)}`)
  const body = [
    '**This could be merged, and cannot any more.**\n',
    ...lines,
    ...more(blocking.length - lines.length, 'more reason', 'more reasons'),
  ].join('\n')
  return [{ topic: topicOf('gate', first.code, first.environment ?? ''), body, losses: [] }]
}

/** With as many losses as the comment can keep in mind, whoever looks has to look at all of them. */
function moreIsLost(previous: CommentState, losses: readonly NamedLoss[]): Raised[] {
  const known = new Set(previous.losses)
  const added = known.size >= MOST_LOSSES ? [] : losses.filter(({ id }) => !known.has(id))
  if (added.length === 0) return []
  const ids = added.map(({ id }) => id).sort()
  const lines = added.slice(0, MOST_LINES).map(({ text }) => quoted(`- ${text}`))
  const body = [
    '**More is lost than when this was last shown:**\n',
    alertHead('CAUTION'),
    ...lines,
    ...more(added.length - lines.length, 'more', 'more').map(quoted),
  ].join('\n')
  return [{ topic: topicOf('losses', ...ids), body, losses: ids.slice(0, MOST_LOSSES_TOLD) }]
}

function isOver({ losses }: Told, { verdict }: PreviewReport, now: readonly string[]): boolean {
  return losses.length === 0 ? verdict.conclusion !== 'failure' : !losses.some((id) => now.includes(id))
}

function endOf({ topic, losses }: Told): AttentionComment {
  const body =
    losses.length === 0
      ? 'This is over: `lockstep/gate` does not block this pull request any more.'
      : 'This is over: what was to be lost stays.'
  return { topic, body }
}

interface NamedLoss {
  /** 8 hexadecimal digits that stay the same from push to push. */
  readonly id: string
  /** A line of Markdown. */
  readonly text: string
}

/** Every loss in every overlay on its own, where others come before. */
function downstreamLosses({ stages, overlays }: PreviewReport): NamedLoss[] {
  const downstream = new Set(stages.filter((stage) => stage.downstream).map(({ environment }) => environment))
  const late = overlays.filter(({ overlay }) => downstream.has(overlay.environment))
  return late.flatMap(({ overlay, changes }) =>
    lossesOf([{ overlays: [overlay], changes }]).map((loss) => ({
      id: digest([overlay.path, loss.kind, loss.object]),
      text: describeLoss(loss),
    })),
  )
}

function topicOf(...cause: readonly string[]): string {
  return `attention-${digest(cause)}`
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8)
}

function more(count: number, one: string, many: string): string[] {
  return count > 0 ? [`- … and ${plural(count, one, many)}`] : []
}
