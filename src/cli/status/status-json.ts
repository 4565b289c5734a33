import type { Problem } from '../../model/errors.ts'
import type { ConfigurationFault, TargetStatus } from '../../model/target-status.ts'
import type { SeenTarget } from '../../reconcile/report/look-at-target.ts'

/** The `status --format json` document: docs/reference/status.schema.json. */
export function statusJson(seen: readonly SeenTarget[]) {
  return { targets: seen.map(targetJson), summary: countStates(seen) }
}

function targetJson({ status, desired, reportedAt }: SeenTarget) {
  const { target, revision, sync, health, healthySince, drift, problems, track, suspended, configurationFault } = status
  return {
    ...target,
    revision: revision ?? null,
    desired: desired ?? null,
    sync,
    health,
    since: healthySince ?? null,
    drift: drift.length,
    lastError: problems[0] ? problemJson(problems[0]) : null,
    problems: problems.map(problemJson),
    reportedAt: reportedAt ?? null,
    track: track ?? null,
    suspended: suspended ?? false,
    configuration: configurationFault ? faultJson(configurationFault) : null,
  }
}

function faultJson({ since, problems }: ConfigurationFault) {
  return { since: since ?? null, problems: problems.map(problemJson) }
}

function problemJson({ code, message, object, file, line, remedy }: Problem) {
  return {
    code,
    message,
    ...(object !== undefined && { object }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    remedy,
  }
}

function countStates(seen: readonly SeenTarget[]) {
  const having = (fits: (status: TargetStatus) => boolean) => seen.filter(({ status }) => fits(status)).length
  return {
    targets: seen.length,
    synced: having(({ sync }) => sync === 'Synced'),
    healthy: having(({ health }) => health === 'Healthy'),
    drifted: having(({ drift }) => drift.length > 0),
    failing: having(({ problems }) => problems.length > 0),
    unknown: having(({ sync }) => sync === 'Unknown'),
  }
}
