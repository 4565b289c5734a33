import type { JsonObject } from '../../model/json.ts'
import type { Health } from '../../model/target-status.ts'
import { keyOf } from '../live/live-object.ts'
import { notFresh } from './fresh.ts'
import { builtInRule } from './rule-table.ts'
import type { HealthVerdict } from './verdict.ts'

/** Health of one live object by the built-in rules, in kstatus' order of questions; `message` says what it waits for or what failed. */
export function objectHealth(object: JsonObject): HealthVerdict {
  return notFresh(object) ?? builtIn(object)
}

function builtIn(object: JsonObject): HealthVerdict {
  const { group, kind } = keyOf(object)
  return builtInRule(group, kind)(object)
}

/** Worst last, as in Argo CD. */
const ORDER: readonly Health[] = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown']

/** Health of a target is that of its worst object; without objects it is Healthy. */
export function worstHealth(healths: Iterable<Health>): Health {
  const ranks = [...healths].map((health) => ORDER.indexOf(health))
  return ORDER[Math.max(0, ...ranks)] ?? 'Unknown'
}
