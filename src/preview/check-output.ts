import { driftCheck, GATE_CHECK, parseCheckName, renderCheck } from '../model/check-names.ts'
import type { Problem } from '../model/errors.ts'
import type { CheckAnnotation, CheckReport } from '../model/github.ts'
import { driftSection } from './comment/drift-section.ts'
import { describeReason } from './comment/gate-section.ts'
import { groupedChanges } from './comment/grouped-changes.ts'
import { headline } from './comment/headline.ts'
import { highlights } from './comment/highlights.ts'
import { oneLine } from './comment/inert.ts'
import { overview } from './comment/overview.ts'
import { problemSection } from './comment/problem-section.ts'
import { fitSections, GAP_BETWEEN_SECTIONS, type Section } from './comment/section.ts'
import { textDiffs } from './comment/text-diffs.ts'
import { lastingFindings, plural } from './drift-words.ts'
import type { GateVerdict } from './gate-verdict.ts'
import { groupChanges } from './group-changes.ts'
import type { PreviewReport } from './preview-report.ts'

/** GitHub takes 65,535 characters of summary and of text. */
const CHECK_CHARS = 65_000
const LONGEST_TITLE = 250
const MOST_ANNOTATIONS = 50

/**
 * The checks of a commit: one a touched environment, one where live objects differ, and last the gate. Checks of `known` names
 * that no longer apply are told so: nobody may go on reading an old verdict.
 */
export function checkReports(report: PreviewReport, headSha: string, known: readonly string[]): CheckReport[] {
  const environments = [...new Set(report.overlays.map(({ overlay }) => overlay.environment))]
  const current = [
    ...environments.map((environment) => renderReport(ofEnvironment(report, environment), environment, headSha)),
    ...report.drift
      .filter((drift) => drift.findings.length > 0)
      .map(({ environment }) => driftReport(ofEnvironment(report, environment), environment, headSha)),
  ]
  const names = new Set(current.map(({ name }) => name))
  const over = known.filter((name) => parseCheckName(name) && !names.has(name))
  return [...current, ...over.map((name) => overReport(name, headSha)), gateReport(report, headSha)]
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
  const summary = layOut(reasonSections(verdict.reasons)) || oneLine(verdict.title)
  return { name: GATE_CHECK, headSha, status: 'completed', conclusion, title: title(verdict.title), summary }
}

function gateReport(report: PreviewReport, headSha: string): CheckReport {
  const { verdict } = report
  const sections = [...reasonSections(verdict.reasons), problemSection(report), driftSection(report)]
  return {
    name: GATE_CHECK,
    headSha,
    status: 'completed',
    conclusion: verdict.conclusion,
    title: title(verdict.title),
    summary: `${headline(report)}\n\n${layOut(sections, 4_000)}`,
    annotations: annotations(report.problems),
  }
}

function reasonSections(reasons: GateVerdict['reasons']): Section[] {
  const items = reasons.map((reason) => `- ${describeReason(reason)}`)
  const rest = (count: number) => `… and ${plural(count, 'more reason', 'more reasons')}.`
  return [{ name: 'reasons', head: '', items, total: items.length, rest, between: '\n', share: 0.5 }]
}

function renderReport(report: PreviewReport, environment: string, headSha: string): CheckReport {
  const broken = report.overlays.filter((overlay) => overlay.status === 'error')
  const changed = report.overlays.filter((overlay) => overlay.status === 'changed')
  const text = layOut([textDiffs(report)])
  return {
    name: renderCheck(environment),
    headSha,
    status: 'completed',
    conclusion: broken.length > 0 ? 'failure' : 'success',
    title:
      broken.length > 0
        ? plural(broken.length, 'overlay does not render', 'overlays do not render')
        : changed.length > 0
          ? plural(changed.length, 'overlay changes', 'overlays change')
          : 'Renders the same as the base branch',
    summary:
      layOut([problemSection, highlights, overview, groupedChanges].map((part) => part(report))) || 'Nothing changes.',
    ...(text && { text }),
    annotations: annotations(broken.flatMap((overlay) => overlay.problems)),
  }
}

function driftReport(report: PreviewReport, environment: string, headSha: string): CheckReport {
  const blocking = report.drift.filter((drift) => drift.blocks && lastingFindings(drift).length > 0)
  const count = report.drift.reduce((sum, drift) => sum + drift.findings.length, 0)
  return {
    name: driftCheck(environment),
    headSha,
    status: 'completed',
    conclusion: blocking.length > 0 ? 'failure' : 'success',
    title: `${plural(count, 'field differs', 'fields differ')} from what was applied`,
    summary: layOut([{ ...driftSection(report), share: 1 }]),
  }
}

function overReport(name: string, headSha: string): CheckReport {
  const drift = parseCheckName(name)?.kind === 'drift'
  const now = drift ? 'Live objects are as applied' : 'Nothing changes here any more'
  return { name, headSha, status: 'completed', conclusion: 'success', title: now, summary: `${now}.` }
}

function ofEnvironment(report: PreviewReport, environment: string): PreviewReport {
  const overlays = report.overlays.filter(({ overlay }) => overlay.environment === environment)
  const drift = report.drift.filter((facts) => facts.environment === environment)
  return { ...report, overlays, drift, groups: groupChanges(overlays), problems: [], conflicts: [], notes: [] }
}

function layOut(sections: readonly Section[], setAside = 0): string {
  const fitted = fitSections(sections, CHECK_CHARS - setAside)
  return fitted.flatMap(({ text }) => (text ? [text] : [])).join(GAP_BETWEEN_SECTIONS)
}

function annotations(problems: readonly Problem[]): CheckAnnotation[] {
  return problems
    .flatMap((problem) => (problem.file === undefined ? [] : [annotation(problem, problem.file)]))
    .slice(0, MOST_ANNOTATIONS)
}

function annotation({ code, message, line = 1, remedy }: Problem, path: string): CheckAnnotation {
  const text = `${message} ${remedy}`.slice(0, 10_000)
  return { path, startLine: line, endLine: line, level: 'failure', title: code, message: text }
}

function title(text: string): string {
  const line = oneLine(text)
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE).toWellFormed()}…` : line
}
