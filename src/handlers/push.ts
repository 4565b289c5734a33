import type { Job } from '../model/job.ts'
import { pushFacts } from './event-facts.ts'

/** The default branch moved: clusters and promotions follow it, and the sweep shows every open pull request against the new base. */
export function onPush(payload: unknown): Job[] {
  const { repository, toDefaultBranch, deleted } = pushFacts(payload)
  if (!toDefaultBranch || deleted) return []
  return [{ kind: 'dispatch', repository }, { kind: 'promotions', repository }, { kind: 'sweep' }]
}
