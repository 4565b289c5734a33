import { resourceLabel } from '../../model/resource-key.ts'
import type { Target } from '../../model/target.ts'
import { worstHealth } from '../../reconcile/health/health.ts'
import { countVerbs } from '../../reconcile/report/object-report.ts'
import type { ReconcileReport } from '../../reconcile/report/report.ts'

export interface TargetReport {
  readonly target: Target
  readonly report: ReconcileReport
}

/** The `reconcile --format json` document: sums over the targets, and each target in `targets` with its objects. */
export function reconcileJson(reports: readonly TargetReport[], milliseconds: number) {
  const all = reports.map(({ report }) => report)
  return {
    revision: all[0]?.revision ?? null,
    ...countVerbs(all.flatMap(({ objects }) => objects)),
    drift: all.flatMap(({ drift }) => drift),
    health: worstHealth(all.map(({ health }) => health)),
    requests: sum(all.map(({ requests }) => requests)),
    milliseconds: { ...sum(all.map((report) => report.milliseconds)), total: milliseconds },
    problems: all.flatMap(({ problems }) => problems),
    targets: reports.map(targetJson),
  }
}

function targetJson({ target, report }: TargetReport) {
  const { outcome, revision = null, objects, drift, health, marks, requests, milliseconds, problems } = report
  return {
    ...target,
    outcome,
    revision,
    ...countVerbs(objects),
    objects: objects.map(({ key, verb, reason }) => ({
      object: resourceLabel(key),
      namespace: key.namespace,
      verb,
      reason,
    })),
    drift,
    health,
    ...marks,
    requests,
    milliseconds,
    problems,
  }
}

function sum<T extends object>(records: readonly T[]): Record<keyof T, number> {
  const [first = {} as T] = records
  const names = Object.keys(first) as (keyof T)[]
  const total = (name: keyof T) => records.reduce((count, record) => count + Number(record[name]), 0)
  return Object.fromEntries(names.map((name) => [name, total(name)])) as Record<keyof T, number>
}
