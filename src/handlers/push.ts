import type { Job } from '../model/job.ts'
import { pushFacts } from './event-facts.ts'

/** Branches that only Lockstep and merge queues move: no pull request goes into them. */
const NO_BASE = /^(lockstep\/state$|gh-readonly-queue\/)/

/** A branch moved: pull requests into it may mean something else now; clusters and promotions follow the default one. */
export function onPush(payload: unknown): Job[] {
  const { repository, branch, before, toDefaultBranch, deleted } = pushFacts(payload)
  if (branch === undefined || deleted || NO_BASE.test(branch)) return []
  const follow: Job[] = /^0+$/.test(before) ? [] : [{ kind: 'base', repository, branch, before }]
  if (!toDefaultBranch) return follow
  return [{ kind: 'dispatch', repository }, { kind: 'promotions', repository }, ...follow, { kind: 'warm', repository }]
}
