import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../model/json.ts'
import { apiVersion, type ResourceKey } from '../../../model/resource-key.ts'
import { type EventNote, isWarning } from './event-note.ts'

/** Kubernetes takes 1,024 characters. */
const LONGEST_MESSAGE = 1_000
const LONGEST_NAME = 200

/** The same for the same news of the same object, so that saying it again is counted instead of written anew. */
export function eventKey({ reason, regarding, message }: EventNote): ResourceKey {
  const { key, uid = '' } = regarding
  const words = [apiVersion(key), key.kind, key.namespace ?? '', key.name, uid, reason, message]
  const hash = createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 16)
  const name = `${key.name.replaceAll(/[^a-z0-9.-]/g, '-').slice(0, LONGEST_NAME)}.${hash}`
  return { group: '', version: 'v1', kind: 'Event', namespace: namespaceOf(key), name }
}

/** The API server takes Events of cluster-scoped objects in `default` alone. */
function namespaceOf({ namespace }: ResourceKey): string {
  return namespace ?? 'default'
}

/** `at`: ISO 8601. */
export function eventBody(note: EventNote, at: string): JsonObject {
  const { key, uid } = note.regarding
  const { namespace = '', name } = eventKey(note)
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: apiVersion(key),
      kind: key.kind,
      name: key.name,
      ...(key.namespace && { namespace: key.namespace }),
      ...(uid && { uid }),
    },
    reason: note.reason,
    message: cut(note.message),
    type: isWarning(note.reason) ? 'Warning' : 'Normal',
    source: { component: 'lockstep' },
    reportingComponent: 'lockstep',
    reportingInstance: 'lockstep',
    ...repeated(1, at),
    firstTimestamp: at,
  }
}

/** What changes when it is said again. */
export function repeated(count: number, at: string): JsonObject {
  return { count, lastTimestamp: at }
}

/** Seconds: Kubernetes' `Time` has no fractions. */
export function eventTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

function cut(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ')
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE).toWellFormed()}…` : line
}
