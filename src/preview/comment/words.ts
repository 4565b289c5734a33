import { type Json, printJson } from '../../model/json.ts'
import { MASKED } from '../../model/mask-secrets.ts'
import type { Overlay } from '../../model/target.ts'
import { type TextChange, textChange } from '../../model/text-change.ts'
import { plural } from '../drift-words.ts'
import type { MaskedFact } from '../mask-changes.ts'
import { clip, code } from './inert.ts'

const LONGEST_VALUE = 80
const MOST_APPLICATIONS = 4
const MOST_ENVIRONMENTS = 5
const MOST_SETTINGS = 4

/** `checkout → dev, staging; search → dev`, or `540 overlays of 180 applications in dev, staging, prod`. */
export function describeOverlays(overlays: readonly Overlay[]): string {
  const byApplication = [...Map.groupBy(overlays, (overlay) => overlay.application)]
  if (byApplication.length > MOST_APPLICATIONS || overlays.length > MOST_APPLICATIONS * MOST_ENVIRONMENTS)
    return describeMany(overlays)
  return byApplication.map(([application, members]) => `${application} → ${members.map(place).join(', ')}`).join('; ')
}

/** Counts, where names would be too many. */
export function describeMany(overlays: readonly Overlay[]): string {
  const applications = new Set(overlays.map((overlay) => overlay.application)).size
  const environments = describeEnvironments(overlays.map((overlay) => overlay.environment))
  const of = plural(applications, 'application', 'applications')
  return `${plural(overlays.length, 'overlay', 'overlays')} of ${of} in ${environments}`
}

/** `dev, staging, prod`, or `12 environments`. */
export function describeEnvironments(names: readonly string[]): string {
  const all = [...new Set(names)]
  return all.length > MOST_ENVIRONMENTS ? `${all.length} environments` : all.join(', ')
}

/** All of many overlays by name: applications of the same environments together. */
export function applicationsByPlace(overlays: readonly Overlay[]): { where: string; applications: string[] }[] {
  const places = [...Map.groupBy(overlays, ({ application }) => application)].map(([application, members]) => ({
    application,
    where: members.map(place).join(', '),
  }))
  return [...Map.groupBy(places, ({ where }) => where)].map(([where, members]) => ({
    where,
    applications: members.map(({ application }) => application),
  }))
}

function place({ environment, cluster }: Overlay): string {
  return cluster ? `${environment} (${cluster})` : environment
}

/** The first seven digits of a commit; other names of a side, such as `working tree`, as they are. */
export function commitName(commit: string): string {
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, 7) : commit
}

/** `2026-11-20 14:02 UTC` for an ISO 8601 time; what is none as it is. */
export function printTime(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/, '$1 $2 UTC')
}

/** Where in the object, and from what to what: a line of Markdown without its bullet and without the object. */
export function describeField(fact: MaskedFact): string {
  const note = fact.note === undefined ? '' : ` (${fact.note})`
  return `${code(clip(shortPath(fact.path), 2 * LONGEST_VALUE))}: ${describeValues(fact)}${note}`
}

/** Inside of a workload everybody knows the way to the Pod: `…containers[name=web].image`. */
export function shortPath(path: string): string {
  return path.replace(/^(?:\.spec\.jobTemplate)?\.spec\.template\.spec\./, '…')
}

function describeValues({ verb, before, after }: MaskedFact): string {
  if (verb === 'changed') {
    const inside = textChange(before, after)
    if (inside) return describeInside(inside)
    return isHidden(before, after) ? 'changed' : `${value(before)} → ${value(after)}`
  }
  const known = verb === 'added' ? after : before
  return known === MASKED ? verb : `${verb} ${value(known)}`
}

/** Which settings of a file changed, or how many of its lines. */
function describeInside({ fields, more, added, removed }: TextChange): string {
  const shown = fields.slice(0, MOST_SETTINGS).map((field) => {
    const values = field.verb === 'changed' ? `${value(field.before)} → ${value(field.after)}` : field.verb
    return `${code(clip(field.path, LONGEST_VALUE))} ${values}`
  })
  const left = more + fields.length - shown.length
  if (shown.length > 0) return [...shown, ...(left > 0 ? [`${left} more`] : [])].join(', ')
  return `${plural(added, 'line', 'lines')} added, ${removed} removed`
}

/** Both hidden: that it changed is all there is to say. */
function isHidden(before: Json | undefined, after: Json | undefined): boolean {
  return before === MASKED && after === MASKED
}

export function value(json: Json | undefined): string {
  return code(clip(printValue(json), LONGEST_VALUE))
}

/** Text as it is, unless it could be taken for a number, a truth value or nothing. */
export function printValue(json: Json | undefined): string {
  if (typeof json !== 'string') return printJson(json)
  const ambiguous = /^\s*$|^\s|\s$|^(?:true|false|null|yes|no|on|off|~)$/i.test(json) || !Number.isNaN(Number(json))
  return ambiguous ? JSON.stringify(json) : json
}
