import { printProblem } from '../../model/errors.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import { targetId } from '../../model/target.ts'
import type { DriftEntry } from '../../model/target-status.ts'
import { countVerbs, type ObjectReport } from '../../reconcile/report/object-report.ts'
import type { TargetReport } from './report-json.ts'

/** One target for a reader: what changed, what drifted, what is wrong, and one line that sums it up. */
export function reportText({ target, report }: TargetReport): string {
  const { outcome, revision, objects, drift, problems, milliseconds } = report
  const said = problems.some(({ message }) => message === outcome.message)
  const counts = Object.entries(countVerbs(objects)).flatMap(([verb, count]) => (count > 0 ? [`${count} ${verb}`] : []))
  const lines = [
    `${targetId(target)}${revision ? ` at ${revision.slice(0, 20)}` : ''}`,
    ...objects.filter(({ verb }) => verb !== 'unchanged').map(objectLine),
    ...drift.map((entry) => `  ${driftLine(entry)}`),
    ...problems.map((problem) => `  ${printProblem(problem)}`),
    `  ${said ? outcome.decision : outcome.message} (${[...counts, `${milliseconds.total} ms`].join(', ')})`,
  ]
  return `${lines.join('\n')}\n`
}

function objectLine({ key, verb, reason }: ObjectReport): string {
  const place = key.namespace ? ` in ${key.namespace}` : ''
  return `  ${verb.padEnd(10)} ${resourceLabel(key)}${place}${reason ? `: ${reason}` : ''}`
}

/** `drift      Deployment/checkout .spec.replicas: Git 2, live 5 by kubectl since …`. */
export function driftLine({ object, namespace, path, desired, live, manager, since, contended }: DriftEntry): string {
  const place = namespace ? ` in ${namespace}` : ''
  const values = path === '' ? `is ${live}` : `${path}: Git ${desired}, live ${live}`
  return `${'drift'.padEnd(10)} ${object}${place} ${values}${manager ? ` by ${manager}` : ''} since ${since}${contended ? ', contended' : ''}`
}
