import type { Problem } from '../../model/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import { countVerbs, type ObjectReport, type ObjectVerb } from './object-report.ts'

/** What an inventory tells of the last pass that changed something or failed in another way than the one before. */
export interface InventoryReport {
  /** ISO 8601: when that pass ended. */
  readonly at: string
  readonly revision: string
  readonly counts: Readonly<Record<ObjectVerb, number>>
  readonly problems: readonly ReportedProblem[]
  /** Objects that were refused; the first of them. */
  readonly failed: readonly string[]
}

export interface ReportedProblem {
  readonly code: string
  readonly message: string
  readonly object?: string
}

export interface ReportedPass {
  /** ISO 8601. */
  readonly at: string
  readonly revision: string
  readonly objects: readonly ObjectReport[]
  readonly problems: readonly Problem[]
}

/** So that the whole stays small, however much went wrong. */
const MOST_PROBLEMS = 5
const MOST_OBJECTS = 10
const LONGEST = 300

/**
 * The text to keep with the inventory. What it was before where the pass has nothing new to tell: a pass without changes must not cause
 * a write, nor one that only put drift back.
 */
export function nextInventoryReport(before: string | undefined, pass: ReportedPass): string | undefined {
  const report = toReport(pass)
  const known = before === undefined ? undefined : parseInventoryReport(before)
  const changed = pass.objects.some(({ verb, reason }) => isChange(verb) && reason !== 'DRIFT_HEALED')
  const isNews = changed || faultsOf(report) !== faultsOf(known)
  return isNews ? JSON.stringify(report) : before
}

/** undefined for what this version did not write. */
export function parseInventoryReport(text: string): InventoryReport | undefined {
  const value = readJson(text)
  if (!isJsonObject(value)) return undefined
  const { at, revision, counts, problems, failed } = value
  if (typeof at !== 'string' || typeof revision !== 'string' || !isJsonObject(counts)) return undefined
  const objects = (Array.isArray(problems) ? problems : []).filter(isJsonObject)
  return {
    at,
    revision,
    counts: { ...countVerbs([]), ...(counts as Record<ObjectVerb, number>) },
    problems: objects.map(parseProblem),
    failed: (Array.isArray(failed) ? failed : []).map(String),
  }
}

function toReport({ at, revision, objects, problems }: ReportedPass): InventoryReport {
  const failed = objects.filter(({ verb }) => verb === 'failed')
  return {
    at,
    revision,
    counts: countVerbs(objects),
    problems: problems.slice(0, MOST_PROBLEMS).map(({ code, message, object }) => ({
      code,
      message: clip(message),
      ...(object !== undefined && { object: clip(object) }),
    })),
    failed: failed.slice(0, MOST_OBJECTS).map(({ key }) => clip(resourceLabel(key))),
  }
}

function isChange(verb: ObjectVerb): boolean {
  return verb === 'created' || verb === 'configured' || verb === 'deleted'
}

/** Without messages: those of one and the same fault may differ from try to try. */
function faultsOf(report: InventoryReport | undefined): string {
  const { problems = [], failed = [] } = report ?? {}
  return JSON.stringify([problems.map(({ code, object }) => [code, object]), failed])
}

function parseProblem({ code, message, object }: JsonObject): ReportedProblem {
  return { code: String(code), message: String(message), ...(object !== undefined && { object: String(object) }) }
}

function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

function clip(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text
}
