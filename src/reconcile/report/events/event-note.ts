import type { ResourceKey } from '../../../model/resource-key.ts'

/** What is told as a Kubernetes Event, the most urgent first. */
export const EVENT_REASONS = {
  ApplyFailed: 'The API server refused the object, or it could not be sent.',
  HealthDegraded: 'The object is Degraded.',
  DriftContended: 'Somebody keeps changing a field that Git sets.',
  DriftFound: 'A live field is not what was applied.',
  Healed: 'Live fields were put back to what Git says.',
  Pruned: 'The object left Git and was deleted.',
  Applied: 'The object was created or configured.',
} as const

export type EventReason = keyof typeof EVENT_REASONS

/** One thing to tell of one object. */
export interface EventNote {
  readonly reason: EventReason
  readonly regarding: Regarding
  /** One line, already masked. */
  readonly message: string
}

/** `uid` is absent for what is not there. */
export interface Regarding {
  readonly key: ResourceKey
  readonly uid?: string
}

export function isWarning(reason: EventReason): boolean {
  return reason === 'ApplyFailed' || reason === 'HealthDegraded' || reason.startsWith('Drift')
}
