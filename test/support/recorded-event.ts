import { readFileSync } from 'node:fs'

/** A payload of test/fixtures/events, e.g. `pull_request.opened`. Addresses and counts are left out of what GitHub sent. */
export function recordedEvent(name: string): { event: string; payload: Record<string, unknown> } {
  const file = new URL(`../fixtures/events/${name}.json`, import.meta.url)
  return { event: name.split('.')[0] ?? '', payload: JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> }
}
