import type { Input } from '../http/input.ts'
import { invalidRequest, validationFailed } from '../http/refusal.ts'
import type { CheckAction, CheckOutput, CheckRun, CheckStatus } from '../state/check.ts'

const STATUSES: readonly CheckStatus[] = ['queued', 'in_progress', 'completed']
const CONCLUSIONS = ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out']
const LONGEST_TEXT = 65_535
const MOST_ANNOTATIONS = 50
const MOST_ACTIONS = 3
const ACTION_LIMITS = { label: 20, description: 40, identifier: 20 } as const

/** What a request says about a run's progress, checked. A conclusion means `completed`. */
export function progressOf(
  input: Input,
  now: string,
): { status?: CheckStatus; conclusion?: string; startedAt?: string; completedAt?: string } {
  const status = input.choice('status', STATUSES)
  const conclusion = input.choice('conclusion', CONCLUSIONS)
  const completedAt = input.text('completed_at')
  const startedAt = input.text('started_at')
  if (conclusion === undefined && (status === 'completed' || completedAt !== undefined)) {
    throw invalidRequest('"conclusion" wasn\'t supplied.')
  }
  return {
    ...(status ? { status } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(conclusion ? { status: 'completed' as const, conclusion, completedAt: completedAt ?? now } : {}),
  }
}

/** The output of a request put over what the run says so far; annotations are added, never replaced. */
export function outputOf(input: Input, old: CheckOutput): CheckOutput {
  const output = input.object('output')
  if (!output) return old
  output.require('summary')
  if (old.title === null) output.require('title')
  const summary = output.requiredText('summary')
  const text = output.text('text')
  for (const [field, value] of Object.entries({ summary, text })) checkLength(`output.${field}`, value)
  const annotations = output.objects('annotations') ?? []
  if (annotations.length > MOST_ANNOTATIONS) {
    throw invalidRequest(
      `No more than ${MOST_ANNOTATIONS} annotations are allowed; ${annotations.length} were supplied.`,
    )
  }
  return {
    title: output.text('title') ?? old.title,
    summary,
    text: text ?? old.text,
    annotations: [...old.annotations, ...annotations.map(annotationOf)],
  }
}

function annotationOf(annotation: Input): Record<string, unknown> {
  annotation.require('path', 'start_line', 'end_line', 'annotation_level', 'message')
  const start = annotation.whole('start_line')
  const end = annotation.whole('end_line')
  if (start !== end && (annotation.has('start_column') || annotation.has('end_column'))) {
    throw invalidRequest('start_column and end_column are only allowed when start_line and end_line are equal.')
  }
  const message = annotation.requiredText('message')
  const details = annotation.text('raw_details')
  const title = annotation.text('title')
  for (const value of [message, details]) {
    if (Buffer.byteLength(value ?? '') > 64 * 1024) throw invalidRequest('An annotation text exceeds 64 KB.')
  }
  if ((title?.length ?? 0) > 255) throw invalidRequest('An annotation title exceeds 255 characters.')
  return {
    path: annotation.requiredText('path'),
    start_line: start,
    end_line: end,
    start_column: annotation.whole('start_column') ?? null,
    end_column: annotation.whole('end_column') ?? null,
    annotation_level: annotation.choice('annotation_level', ['notice', 'warning', 'failure']),
    title: title ?? null,
    message,
    raw_details: details ?? null,
  }
}

export function actionsOf(input: Input): CheckAction[] | undefined {
  const actions = input.objects('actions')
  if (!actions) return undefined
  if (actions.length > MOST_ACTIONS) throw invalidRequest(`No more than ${MOST_ACTIONS} actions are allowed.`)
  return actions.map((action) => {
    action.require('label', 'description', 'identifier')
    for (const [field, limit] of Object.entries(ACTION_LIMITS)) {
      if (action.requiredText(field).length > limit) throw invalidRequest(`"${field}" exceeds ${limit} characters.`)
    }
    return {
      label: action.requiredText('label'),
      description: action.requiredText('description'),
      identifier: action.requiredText('identifier'),
    }
  })
}

/** Puts a request's progress on a run. A completed run never goes back: it can only get another conclusion. */
export function applyProgress(run: CheckRun, progress: ReturnType<typeof progressOf>): void {
  run.startedAt = progress.startedAt ?? run.startedAt
  if (run.status === 'completed' && progress.conclusion === undefined) return
  run.status = progress.status ?? run.status
  run.conclusion = progress.conclusion ?? run.conclusion
  run.completedAt = progress.completedAt ?? run.completedAt
}

function checkLength(field: string, value: string | undefined): void {
  if ((value?.length ?? 0) <= LONGEST_TEXT) return
  const message = `is too long (maximum is ${LONGEST_TEXT} characters)`
  throw validationFailed({ resource: 'CheckRun', code: 'custom', field, message })
}
