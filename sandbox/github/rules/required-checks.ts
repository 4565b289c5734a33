import { latestOfEachName } from '../checks/suites.ts'
import type { CheckRun, CommitStatus } from '../state/check.ts'
import type { Repository } from '../state/repository.ts'
import type { Rule } from '../state/ruleset.ts'

export interface RequiredCheck {
  readonly context: string
  /** Only what this App reported counts. */
  readonly integrationId: number | undefined
}

export type Standing = 'passed' | 'failing' | 'pending' | 'expected'

const PASSING = new Set(['success', 'skipped', 'neutral'])

export function requiredChecksOf(rule: Rule): RequiredCheck[] {
  const list = (rule.parameters?.required_status_checks ?? []) as { context: string; integration_id?: number | null }[]
  return list.map(({ context, integration_id }) => ({ context, integrationId: integration_id ?? undefined }))
}

/**
 * How one required check stands on a commit. A check run and a status of one name are both required; anything that another App
 * than the expected one reported is as good as absent.
 */
export function standingOf(repository: Repository, sha: string, required: RequiredCheck): Standing {
  const standings = [
    ...latestRuns(repository, sha, required).map(runStanding),
    ...latestStatus(repository, sha, required).map(statusStanding),
  ]
  const order: readonly Standing[] = ['failing', 'pending', 'passed']
  return order.find((standing) => standings.includes(standing)) ?? 'expected'
}

/** True when anything at all was reported on the commit. */
export function hasResults(repository: Repository, sha: string): boolean {
  return (
    repository.checkRuns.values().some((run) => run.headSha === sha) ||
    repository.statuses.some((status) => status.sha === sha)
  )
}

function latestRuns(repository: Repository, sha: string, required: RequiredCheck): CheckRun[] {
  const runs = [...repository.checkRuns.values()].filter(
    (run) => run.headSha === sha && run.name === required.context && fits(run.app.id, required),
  )
  return latestOfEachName(runs)
}

function latestStatus(repository: Repository, sha: string, required: RequiredCheck): CommitStatus[] {
  const latest = repository.statuses.findLast(
    (status) =>
      status.sha === sha &&
      status.context.toLowerCase() === required.context.toLowerCase() &&
      fits(status.app?.id, required),
  )
  return latest ? [latest] : []
}

function fits(app: number | undefined, required: RequiredCheck): boolean {
  return required.integrationId === undefined || required.integrationId === app
}

function runStanding(run: CheckRun): Standing {
  if (run.status !== 'completed') return 'pending'
  return PASSING.has(run.conclusion ?? '') ? 'passed' : 'failing'
}

function statusStanding(status: CommitStatus): Standing {
  if (status.state === 'success') return 'passed'
  return status.state === 'pending' ? 'pending' : 'failing'
}
