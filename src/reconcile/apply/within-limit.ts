import type { Problem } from '../../model/errors.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { OVERSIZE_ANNOTATION } from '../labels.ts'
import { annotationOf } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import type { SyncAction } from '../pass/sync-plan.ts'
import { dryRun } from './dry-run.ts'
import type { Rehearsal } from './rehearsal.ts'
import { isStoredAsJson, oversizeProblem, REQUEST_LIMIT, requestBytes } from './stored-size.ts'

/** In bytes. managedFields take a few times the space of the fields they name at most, so smaller bodies are not asked about. */
const DOUBTFUL = REQUEST_LIMIT / 8

/** New objects that no cluster stores, however it is asked: found out before the namespaces and definitions they stand on are applied. */
export function oversized(actions: readonly SyncAction[]): Problem[] {
  return actions.flatMap(({ verb, object }) => {
    if (verb !== 'create' || !isLimited(object)) return []
    const bytes = requestBytes(object.key, object.body)
    return bytes > REQUEST_LIMIT ? [oversizeProblem(object.key, bytes)] : []
  })
}

/** Refuses what would be too large with everything the API server adds. What is larger already shows that this cluster takes it. */
export async function withinLimit(session: Session, rehearsal: Rehearsal): Promise<Rehearsal> {
  const { object } = rehearsal.action
  const { key } = object
  if (rehearsal.result !== 'apply' || !isLimited(object)) return rehearsal
  const least = requestBytes(key, rehearsal.body)
  if (least < DOUBTFUL) return rehearsal
  const bytes = isAnswerable(rehearsal) ? requestBytes(key, await dryRun(session, rehearsal.body, true)) : least
  if (bytes <= REQUEST_LIMIT) return rehearsal
  const live = rehearsal.exists ? await session.view.object(key) : undefined
  if (live && requestBytes(key, live) > REQUEST_LIMIT) return rehearsal
  return { ...rehearsal, result: 'refused', problem: oversizeProblem(key, bytes) }
}

function isLimited({ key, body, disabled }: DesiredObject): boolean {
  return isStoredAsJson(key) && !disabled && annotationOf(body, OVERSIZE_ANNOTATION) !== 'allowed'
}

/** A dry run says what it comes to: not of what is deleted first, comes late, or has a webhook without dry run. */
function isAnswerable({ replaces, late, note }: Rehearsal): boolean {
  return replaces === undefined && !late && note !== 'DRY_RUN_UNSUPPORTED'
}
