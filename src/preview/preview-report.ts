import type { Problem } from '../model/errors.ts'
import type { GateReason } from '../model/gate.ts'
import type { JsonObject } from '../model/json.ts'
import type { Resolution } from '../model/vendor.ts'
import type { EnvironmentDrift } from './drift-facts.ts'
import type { GateVerdict } from './gate-verdict.ts'
import type { ChangeGroup } from './group-changes.ts'
import type { MaskedFact } from './mask-changes.ts'
import type { OverlayPreview } from './overlay-preview.ts'
import { resolutionsOf } from './resolutions.ts'

/** Everything that comment, checks and `lockstep diff` say, in one place. Nothing in it must be hidden any more. */
export interface PreviewReport {
  /** Commits; `head` is `working tree` where there is no commit. */
  readonly base: string
  readonly head: string
  /** Environments in the order of the configuration; empty where there is none. */
  readonly stages: readonly Stage[]
  /** Every affected overlay. */
  readonly overlays: readonly OverlayPreview[]
  readonly groups: readonly ChangeGroup[]
  readonly drift: readonly EnvironmentDrift[]
  /** Live values must stay out of what everybody can read. */
  readonly hideLive: boolean
  readonly problems: readonly Problem[]
  /** ISO 8601: since when the base branch has the problems. */
  readonly problemsSince?: string
  readonly conflicts: readonly string[]
  /** What a reader should know and nobody has to mend. */
  readonly notes: readonly string[]
  /** What is asked beyond rendering and drift: a promotion's gates, a fork's `/plan`. */
  readonly gates: readonly GateReason[]
  readonly verdict: GateVerdict
}

export interface Stage {
  readonly environment: string
  /** It comes after others: what goes wrong there was not seen to go right before. */
  readonly downstream: boolean
}

/** What a comment of a given size had no room for, by kind. */
export type Omitted = Readonly<Record<string, number>>

/** The answer of `lockstep diff --format json`. */
export function reportJson(report: PreviewReport, omitted: Omitted, milliseconds: number): JsonObject {
  return {
    base: report.base,
    head: report.head,
    overlays: report.overlays.map(overlayJson),
    groups: report.groups.map(groupJson),
    problems: report.problems.map(problemJson),
    conflicts: report.conflicts,
    notes: report.notes,
    resolutions: resolutionsOf(report.overlays).map(resolutionJson),
    omitted,
    milliseconds,
  }
}

function overlayJson({ overlay, status, problems, baseProblems, changes }: OverlayPreview): JsonObject {
  const [error] = problems
  return {
    ...overlayNames(overlay),
    status,
    ...(error && { error: problemJson(error), problems: problems.map(problemJson) }),
    ...(baseProblems.length > 0 && { baseProblems: baseProblems.map(problemJson) }),
    facts: changes.flatMap((change) => change.facts.map(factJson)),
  }
}

function overlayNames({ application, environment, cluster, path }: OverlayPreview['overlay']): JsonObject {
  return { application, environment, ...(cluster !== undefined && { cluster }), path }
}

function factJson(fact: MaskedFact): JsonObject {
  return {
    object: fact.object,
    ...(fact.namespace !== undefined && { namespace: fact.namespace }),
    path: fact.path,
    verb: fact.verb,
    before: fact.before ?? null,
    after: fact.after ?? null,
    class: fact.class,
    ...(fact.note !== undefined && { note: fact.note }),
  }
}

function groupJson({ digest, overlays, changes }: ChangeGroup): JsonObject {
  return {
    digest,
    overlays: overlays.map(overlayNames),
    facts: changes.flatMap((change) => change.facts.map(factJson)),
  }
}

function resolutionJson({ kind, reference, file, line, content, pinned, movedFrom }: Resolution): JsonObject {
  return { kind, reference, file, line, content, pinned, ...(movedFrom !== undefined && { movedFrom }) }
}

/** `{code, message, file?, line?, column?, object?, remedy}`. */
export function problemJson(problem: Problem): JsonObject {
  const { code, message, file, line, column, object, remedy } = problem
  const all: JsonObject = { code, message, file, line, column, object, remedy }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
