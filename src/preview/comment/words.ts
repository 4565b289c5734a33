import { type Json, printJson } from '../../model/json.ts'
import { MASKED } from '../../model/mask-secrets.ts'
import type { Overlay } from '../../model/target.ts'
import { plural } from '../drift-words.ts'
import type { MaskedFact } from '../mask-changes.ts'
import { clip, code } from './inert.ts'

const LONGEST_VALUE = 80
const MOST_APPLICATIONS = 4

/** `checkout → dev, staging; search → dev`, the first few applications of many. */
export function describeOverlays(overlays: readonly Overlay[]): string {
  const byApplication = [...Map.groupBy(overlays, (overlay) => overlay.application)]
  const shown = byApplication.slice(0, MOST_APPLICATIONS)
  const names = shown.map(([application, members]) => `${application} → ${members.map(place).join(', ')}`).join('; ')
  const left = overlays.length - shown.reduce((sum, [, members]) => sum + members.length, 0)
  return left > 0 ? `${names} and ${plural(left, 'more overlay', 'more overlays')}` : names
}

function place({ environment, cluster }: Overlay): string {
  return cluster ? `${environment} (${cluster})` : environment
}

/** A fact as a line of Markdown without its bullet. */
export function describeFact(fact: MaskedFact): string {
  const object = code(clip(fact.object, LONGEST_VALUE))
  if (fact.path === '') return `${object}: ${fact.verb === 'added' ? '**new object**' : '**deleted**'}`
  return `${object} ${code(clip(fact.path, 2 * LONGEST_VALUE))}: ${describeValues(fact)}`
}

function describeValues({ verb, before, after }: MaskedFact): string {
  if (verb === 'changed') return isHidden(before, after) ? 'changed' : `${value(before)} → ${value(after)}`
  const known = verb === 'added' ? after : before
  return known === MASKED ? verb : `${verb} ${value(known)}`
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
