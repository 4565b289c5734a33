import type { Problem } from '../model/errors.ts'
import type { GateReason } from '../model/gate.ts'
import type { EnvironmentDrift } from './drift-facts.ts'
import { describeDrift, describeDriftCount, lastingFindings, plural } from './drift-words.ts'
import { type OverlayPreview, overlayName } from './overlay-preview.ts'

/** What `lockstep/gate` says. Never neutral or skipped: GitHub would let those through. */
export interface GateVerdict {
  readonly conclusion: 'success' | 'failure' | 'action_required'
  /** One line. */
  readonly title: string
  /** What decided first, then the rest; gates that passed last. */
  readonly reasons: readonly GateReason[]
}

export interface GateFacts {
  /** Faults of `.lockstep.yaml`, or what kept Lockstep from looking at all. */
  readonly problems: readonly Problem[]
  /** ISO 8601: since when the base branch has the problems. */
  readonly problemsSince?: string
  readonly conflicts: readonly string[]
  readonly overlays: readonly OverlayPreview[]
  readonly drift: readonly EnvironmentDrift[]
  /** Only what everybody may see of the live objects: for public repositories and forks. */
  readonly hideLive: boolean
  /** What a promotion asks. */
  readonly gates: readonly GateReason[]
}

/** Blocked is `failure`; unknown facts and waiting for time, an upstream or a person are `action_required`. */
export function decideGate(facts: GateFacts): GateVerdict {
  const reasons = [
    ...conflictReasons(facts.conflicts),
    ...facts.problems.map((problem) => problemReason(problem, facts.problemsSince)),
    ...renderReasons(facts.overlays),
    ...facts.drift.flatMap((drift) => driftReasons(drift, facts.hideLive)),
    ...facts.gates,
  ]
  const failing = reasons.filter((reason) => reason.verdict === 'blocked' && reason.code !== 'FACTS_UNKNOWN')
  const open = reasons.filter((reason) => reason.verdict !== 'passed' && !failing.includes(reason))
  const passed = reasons.filter((reason) => reason.verdict === 'passed')
  const decisive = failing.length > 0 ? failing : open
  const conclusion = failing.length > 0 ? 'failure' : open.length > 0 ? 'action_required' : 'success'
  const title = decisive.length > 0 ? titleOf(decisive) : passedTitle(facts)
  return { conclusion, title, reasons: [...failing, ...open, ...passed] }
}

/** A verdict that needs no facts. */
export function simpleVerdict(conclusion: GateVerdict['conclusion'], reason: GateReason): GateVerdict {
  return { conclusion, title: reason.message, reasons: [reason] }
}

function titleOf([first, ...others]: readonly GateReason[]): string {
  return `${first?.message ?? ''}${others.length > 0 ? ` (and ${plural(others.length, 'more reason', 'more reasons')})` : ''}`
}

function passedTitle({ overlays, drift }: GateFacts): string {
  const changed = overlays.filter((overlay) => overlay.status === 'changed')
  const drifted = drift.some((environment) => environment.findings.length > 0) ? ', drift noted' : ''
  if (changed.length === 0) return `Nothing to deploy${drifted}`
  const environments = new Set(changed.map(({ overlay }) => overlay.environment))
  return `${plural(changed.length, 'overlay changes', 'overlays change')} in ${[...environments].join(', ')}${drifted}`
}

function conflictReasons(files: readonly string[]): GateReason[] {
  if (files.length === 0) return []
  const named = files.slice(0, 5).join(', ')
  const rest = files.length > 5 ? ` and ${plural(files.length - 5, 'more file', 'more files')}` : ''
  return [
    {
      code: 'MERGE_CONFLICT',
      verdict: 'blocked',
      message: `Conflicts with the base branch in ${named}${rest}`,
      unblock: 'Merge the base branch into this one and resolve the conflicts.',
    },
  ]
}

function problemReason(problem: Problem, since?: string): GateReason {
  const message = `${placeOf(problem)}${problem.message}${since ? ` (on the base branch since ${since})` : ''}`
  return { code: problem.code, verdict: 'blocked', message, ...(since && { since }), unblock: problem.remedy }
}

function renderReasons(overlays: readonly OverlayPreview[]): GateReason[] {
  const broken = overlays.filter((overlay) => overlay.status === 'error')
  if (broken.length > 0) return [...Map.groupBy(broken, faultOf).values()].map(renderReason)
  const [code, message] =
    overlays.length > 0
      ? (['RENDERED', `${plural(overlays.length, 'overlay renders', 'overlays render')}`] as const)
      : (['NOTHING_TO_DEPLOY', 'No overlay is touched'] as const)
  return [{ code, verdict: 'passed', message }]
}

/** A broken base breaks all its overlays in one place. */
function faultOf({ problems: [first] }: OverlayPreview): string {
  return first ? `${placeOf(first)}${first.message}` : ''
}

function renderReason(broken: readonly OverlayPreview[]): GateReason {
  const { overlay, problems } = broken[0] as OverlayPreview
  const [first] = problems
  const others = broken.length > 1 ? ` and ${broken.length - 1} more` : ''
  return {
    code: 'RENDER_FAILED',
    verdict: 'blocked',
    message: `${overlayName(overlay)}${others} cannot be rendered: ${first ? `${placeOf(first)}${first.message}` : ''}`,
    ...(broken.length === 1 && { environment: overlay.environment, application: overlay.application }),
    ...(first && { unblock: first.remedy }),
  }
}

/** `file:line: `, or nothing. */
function placeOf({ file, line }: Problem): string {
  if (file === undefined) return ''
  return line === undefined ? `${file}: ` : `${file}:${line}: `
}

function driftReasons(drift: EnvironmentDrift, hideLive: boolean): GateReason[] {
  return [...unknownReasons(drift), ...foundReasons(drift, hideLive)]
}

function unknownReasons({ environment, blocks, unknown }: EnvironmentDrift): GateReason[] {
  if (!blocks || unknown.length === 0) return []
  const targets = unknown.map((target) => `${target.application} (${target.cluster})`)
  return [
    {
      code: 'FACTS_UNKNOWN',
      verdict: 'blocked',
      message: `Cluster facts unknown in ${environment}: ${targets.slice(0, 3).join(', ')}${targets.length > 3 ? ', …' : ''}`,
      environment,
      unblock: `Look at the worker of ${[...new Set(unknown.map((target) => target.cluster))].join(', ')}.`,
    },
  ]
}

function foundReasons(drift: EnvironmentDrift, hideLive: boolean): GateReason[] {
  const lasting = lastingFindings(drift)
  const held = drift.blocks && lasting.length > 0
  const told = held ? lasting : drift.findings
  const [first, ...others] = told
  if (!first) return []
  if (told.every(({ ignored }) => ignored)) return [ignoredReason(drift)]
  const rest = others.length > 0 ? ` (and ${plural(others.length, 'more field', 'more fields')})` : ''
  const detail = hideLive ? describeDriftCount(told) : `${describeDrift(first.entry)}${rest}`
  return [
    {
      code: held ? 'DRIFT_BLOCKS' : 'DRIFT_PENDING',
      verdict: held ? 'blocked' : 'passed',
      message: `Drift in ${drift.environment}: ${detail}`,
      environment: drift.environment,
      ...(others.length === 0 && { application: first.target.application }),
      since: first.entry.since,
      unblock: `/heal ${drift.environment}`,
    },
  ]
}

function ignoredReason({ environment, findings }: EnvironmentDrift): GateReason {
  const [until] = findings.flatMap(({ ignored }) => ignored?.until ?? []).sort()
  return {
    code: 'DRIFT_IGNORED',
    verdict: 'passed',
    message: `Drift in ${environment}: ${describeDriftCount(findings)} until ${until}`,
    environment,
    unblock: `/heal ${environment}`,
  }
}
