import { type CheckButton, checkButton } from '../model/check-actions.ts'
import { driftCheck, GATE_CHECK, parseCheckName, renderCheck } from '../model/check-names.ts'
import type { CheckReport } from '../model/github.ts'
import { driftSetId } from '../model/ignored-drift.ts'
import { type Annotated, annotationsOf, unannotatedLine } from './annotations.ts'
import { driftSection } from './comment/drift-section.ts'
import { describeReason } from './comment/gate-section.ts'
import { compared, headline } from './comment/headline.ts'
import { code, oneLine } from './comment/inert.ts'
import { layOutApart } from './comment/layout.ts'
import { problemSection } from './comment/problem-section.ts'
import { fitSections, GAP_BETWEEN_SECTIONS, itemsOf, printSection, type Section } from './comment/section.ts'
import { type Elsewhere, inATerminal, inTheChecks } from './comment/surface.ts'
import type { DriftFinding } from './drift-facts.ts'
import { describeIgnored, lastingFindings, plural } from './drift-words.ts'
import type { GateVerdict } from './gate-verdict.ts'
import { groupChanges } from './group-changes.ts'
import { isLost } from './losses.ts'
import { environmentsOf } from './matrix-rows.ts'
import type { PreviewReport } from './preview-report.ts'

/** GitHub takes 65,535 characters of summary and of text. */
const CHECK_CHARS = 65_000
const LONGEST_TITLE = 250

/**
 * The checks of a commit: one a touched environment, one where live objects differ, and last the gate. Checks of `known` names
 * that no longer apply are told so: nobody may go on reading an old verdict.
 */
export function checkReports(report: PreviewReport, headSha: string, known: readonly string[]): CheckReport[] {
  const annotated = annotationsOf(report)
  const current = [
    ...environmentsOf(report).map((environment) => renderReport(report, environment, headSha, annotated)),
    ...report.drift
      .filter((drift) => drift.findings.length > 0)
      .map(({ environment }) => driftReport(ofEnvironment(report, environment), environment, headSha)),
  ]
  const names = new Set(current.map(({ name }) => name))
  const over = known.filter((name) => parseCheckName(name) && !names.has(name))
  return [...current, ...over.map((name) => overReport(name, headSha)), gateReport(report, headSha, annotated)]
}

export function startedGate(headSha: string): CheckReport {
  const title = 'Rendering what this pull request changes'
  return { name: GATE_CHECK, headSha, status: 'in_progress', title, summary: `${title}.` }
}

/** A gate that needs no report: what kept Lockstep from making one, or a head nobody asks for any more. */
export function finishedGate(
  headSha: string,
  conclusion: 'failure' | 'cancelled',
  verdict: Pick<GateVerdict, 'title' | 'reasons'>,
): CheckReport {
  const summary = printWithin([reasonSection(verdict.reasons, '')], CHECK_CHARS) || oneLine(verdict.title)
  const done = { status: 'completed', conclusion, title: title(verdict.title), summary } as const
  return { name: GATE_CHECK, headSha, ...done, ...(conclusion === 'failure' && { actions: [AGAIN] }) }
}

const AGAIN = checkButton({ kind: 'again' })

function gateReport(report: PreviewReport, headSha: string, annotated: Annotated): CheckReport {
  const { verdict } = report
  const elsewhere = inTheChecks(report).replaceAll(/[[\]]/g, '')
  const sections = [
    reasonSection(verdict.reasons, elsewhere),
    problemSection({ ...report, overlays: [], problems: [] }, elsewhere),
    driftSection(report, elsewhere),
  ]
  const frame = [headline(report), unannotatedLine(annotated)].filter(Boolean)
  return {
    name: GATE_CHECK,
    headSha,
    status: 'completed',
    conclusion: verdict.conclusion,
    title: title(verdict.title),
    summary: joined([...frame, printWithin(sections, CHECK_CHARS - joined(frame).length)]),
    annotations: annotated.ofGate,
    actions: [AGAIN],
  }
}

function reasonSection(reasons: GateVerdict['reasons'], elsewhere: Elsewhere): Section {
  return {
    name: 'reasons',
    head: '',
    levels: [itemsOf(reasons.map((reason) => `- ${describeReason(reason)}`))],
    rest: (count) => `… and ${plural(count, 'more reason', 'more reasons')}${elsewhere && `: ${elsewhere}`}`,
    between: '\n',
    share: 0.5,
  }
}

/**
 * The whole of what the files change in an environment: facts as the summary, text diffs as the text. What even that cannot hold is
 * counted. Live objects have a check of their own, so that they can change without this one being written again.
 */
function renderReport(whole: PreviewReport, environment: string, headSha: string, annotated: Annotated): CheckReport {
  const report = { ...ofEnvironment(whole, environment), drift: [] }
  const broken = report.overlays.filter((overlay) => overlay.status === 'error').length
  const line = [compared(report), broken > 0 ? unannotatedLine(annotated) : '']
    .filter(Boolean)
    .join(GAP_BETWEEN_SECTIONS)
  const elsewhere = inATerminal(report, environment)
  const room = { summary: CHECK_CHARS - line.length, text: CHECK_CHARS }
  const { summary, text } = layOutApart(report, elsewhere, room)
  return {
    name: renderCheck(environment),
    headSha,
    status: 'completed',
    conclusion: broken > 0 ? 'failure' : 'success',
    title: renderTitle(report, broken),
    summary: joined([line, summary]),
    ...(text && { text }),
    annotations: annotated.byEnvironment.get(environment) ?? [],
    ...(broken > 0 && { actions: [AGAIN] }),
  }
}

function renderTitle({ overlays }: PreviewReport, broken: number): string {
  const changed = overlays.filter((overlay) => overlay.status === 'changed').length
  if (broken > 0) return plural(broken, 'overlay does not render', 'overlays do not render')
  if (changed === 0) return 'Renders the same as the base branch'
  const lost = overlays.flatMap(({ changes }) => changes).filter(isLost).length
  const loss = lost > 0 ? `, ${plural(lost, 'object is deleted', 'objects are deleted')}` : ''
  return `${plural(changed, 'overlay changes', 'overlays change')}${loss}`
}

function driftReport(report: PreviewReport, environment: string, headSha: string): CheckReport {
  const blocking = report.drift.filter((drift) => drift.blocks && lastingFindings(drift).length > 0)
  const findings = report.drift.flatMap((drift) => drift.findings)
  const elsewhere = `see ${code(`lockstep drift --env ${environment}`)}`
  return {
    name: driftCheck(environment),
    headSha,
    status: 'completed',
    conclusion: blocking.length > 0 ? 'failure' : 'success',
    title: `${plural(findings.length, 'field differs', 'fields differ')} from what was applied${describeIgnored(findings)}`,
    summary: printWithin([{ ...driftSection(report, elsewhere), share: 1 }], CHECK_CHARS),
    actions: driftButtons(findings),
  }
}

/** What may be done about drift; nothing is left to ignore where all of it is. */
function driftButtons(findings: readonly DriftFinding[]): CheckButton[] {
  const seen = driftSetId(findings.map(({ id }) => id))
  const last = findings.every(({ ignored }) => ignored) ? AGAIN : checkButton({ kind: 'ignore', seen })
  return [checkButton({ kind: 'heal' }), checkButton({ kind: 'adopt' }), last]
}

function overReport(name: string, headSha: string): CheckReport {
  const drift = parseCheckName(name)?.kind === 'drift'
  const now = drift ? 'Live objects are as applied' : 'Nothing changes here any more'
  return { name, headSha, status: 'completed', conclusion: 'success', title: now, summary: `${now}.` }
}

function ofEnvironment(report: PreviewReport, environment: string): PreviewReport {
  const overlays = report.overlays.filter(({ overlay }) => overlay.environment === environment)
  const drift = report.drift.filter((facts) => facts.environment === environment)
  return {
    ...report,
    overlays,
    drift,
    groups: groupChanges(overlays),
    problems: [],
    conflicts: [],
    notes: [],
    gates: [],
  }
}

function printWithin(sections: readonly Section[], room: number): string {
  return joined(fitSections(sections, room).fitted.map(printSection))
}

function joined(texts: readonly string[]): string {
  return texts.filter(Boolean).join(GAP_BETWEEN_SECTIONS)
}

function title(text: string): string {
  const line = oneLine(text)
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE).toWellFormed()}…` : line
}
