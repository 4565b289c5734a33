import type { Job } from '../model/job.ts'
import { installationFacts } from './event-facts.ts'

const OPENED = new Set(['created', 'unsuspend', 'new_permissions_accepted', 'added'])

/** Repositories that Lockstep may see from now on are found by the sweep, which reads the list anew: payloads leave some out. */
export function onInstallation(payload: unknown): Job[] {
  return OPENED.has(installationFacts(payload).action) ? [{ kind: 'sweep' }] : []
}
