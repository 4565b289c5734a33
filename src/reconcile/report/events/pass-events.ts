import type { Problem } from '../../../model/errors.ts'
import { type ResourceKey, resourceId, resourceLabel } from '../../../model/resource-key.ts'
import type { FoundDrift } from '../../drift/drift.ts'
import type { ObjectReport } from '../object-report.ts'
import type { EventNote } from './event-note.ts'

export interface PassNews {
  readonly revision: string
  readonly objects: readonly ObjectReport[]
  readonly drift: readonly FoundDrift[]
  readonly problems: readonly Problem[]
  /** Of live objects, and of those just deleted, by `resourceId`. */
  readonly uids: ReadonlyMap<string, string>
}

/** What a pass did to objects, or could not do. Objects that stayed as they were are not news. */
export function passEvents(news: PassNews): EventNote[] {
  return news.objects.flatMap((report) => {
    const note = noteOf(report, news)
    const uid = news.uids.get(resourceId(report.key))
    return note ? [{ ...note, regarding: { key: report.key, ...(uid && { uid }) } }] : []
  })
}

function noteOf({ key, verb, reason }: ObjectReport, news: PassNews): Omit<EventNote, 'regarding'> | undefined {
  const at = news.revision.slice(0, 12)
  if (verb === 'failed') return { reason: 'ApplyFailed', message: failureOf(key, news.problems) ?? `Refused at ${at}` }
  if (verb === 'deleted') return { reason: 'Pruned', message: `Deleted, because it left Git at ${at}` }
  if (verb !== 'created' && verb !== 'configured') return undefined
  if (reason === 'DRIFT_HEALED')
    return { reason: 'Healed', message: `Put back to what Git says${fields(key, news.drift)}` }
  return { reason: 'Applied', message: verb === 'created' ? `Created at ${at}` : `Configured at ${at}` }
}

function failureOf(key: ResourceKey, problems: readonly Problem[]): string | undefined {
  const problem = problems.find(({ object }) => object === resourceLabel(key))
  return problem && `${problem.message} (${problem.code})`
}

function fields(key: ResourceKey, drift: readonly FoundDrift[]): string {
  const own = drift.filter((entry) => isAbout(entry, key))
  const told = own.slice(0, 3).map(({ path, live, manager }) => `${path || 'all of it'} was ${live}${by(manager)}`)
  return told.length > 0 ? `: ${told.join('; ')}${own.length > 3 ? `; and ${own.length - 3} more` : ''}` : ''
}

export function isAbout({ object, namespace }: FoundDrift, key: ResourceKey): boolean {
  return object === resourceLabel(key) && namespace === key.namespace
}

export function by(manager: string | undefined): string {
  return manager ? ` by ${manager}` : ''
}
