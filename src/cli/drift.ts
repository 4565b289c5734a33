import { LockstepError, printProblem } from '../model/errors.ts'
import { resourceLabel } from '../model/resource-key.ts'
import { targetId } from '../model/target.ts'
import { type UnmanagedObject, unmanagedObjects } from '../reconcile/drift/observe-unmanaged.ts'
import { worstHealth } from '../reconcile/health/health.ts'
import { planTarget } from '../reconcile/pass/plan-target.ts'
import type { ObjectReport } from '../reconcile/report/object-report.ts'
import type { Command, Invocation } from './command.ts'
import { EXIT, type RunResult } from './exit-codes.ts'
import { openTargets, TARGET_OPTIONS } from './reconcile/open-targets.ts'
import type { TargetReport } from './reconcile/report-json.ts'
import { driftLine } from './reconcile/report-text.ts'

/** What others changed in a cluster since it was reconciled. Stores nothing. */
export const driftCommand: Command = {
  name: 'drift',
  summary: 'compare a cluster with what the repository says',
  usage:
    'lockstep drift [--repo DIR] --env E [--app A] [--cluster C] [--ref REF] --kubeconfig F [--context C] [--unmanaged]',
  examples: [
    { command: 'lockstep drift --env prod --kubeconfig prod.yaml', shows: '3 when somebody changed what was applied' },
    { command: 'lockstep drift --env prod --kubeconfig prod.yaml --unmanaged', shows: 'also what nobody has in Git' },
  ],
  options: {
    ...TARGET_OPTIONS,
    unmanaged: { type: 'boolean', description: 'also list objects in its namespaces that are not in Git' },
  },
  formats: ['text', 'json'],
  async run(invocation) {
    const { format, stdout } = invocation
    const reports = await compare(invocation)
    stdout(format === 'json' ? `${JSON.stringify(driftJson(reports))}\n` : reports.map(driftText).join(''))
    return exitCode(reports)
  },
}

interface Compared extends TargetReport {
  /** Only where it was asked for. */
  readonly unmanaged?: readonly UnmanagedObject[]
}

async function compare(invocation: Invocation): Promise<Compared[]> {
  await using open = await openTargets(invocation)
  const reports: Compared[] = []
  for (const target of await open.targets()) {
    const request = { repository: open.repository, target, signal: invocation.signal }
    const report = await planTarget(open.ports, request)
    const { decision } = report.outcome
    const nothingCompared = report.objects.length === 0 && report.problems.length > 0
    if (nothingCompared) {
      throw new LockstepError(report.problems, { kind: decision === 'failed' ? 'unreachable' : 'refused' })
    }
    const unmanaged = invocation.options.unmanaged === true && (await unmanagedObjects(open.ports, request))
    reports.push({ target, report, ...(unmanaged && { unmanaged }) })
  }
  return reports
}

function driftJson(reports: readonly Compared[]) {
  const all = reports.map(({ report }) => report)
  return {
    revision: all[0]?.revision ?? null,
    drift: all.flatMap(({ drift }) => drift),
    pending: reports.flatMap(({ report }) => pending(report.objects).map(pendingJson)),
    health: worstHealth(all.map(({ health }) => health)),
    problems: all.flatMap(({ problems }) => problems),
    targets: reports.map(({ target, report, unmanaged }) => ({
      ...target,
      revision: report.revision ?? null,
      drift: report.drift,
      pending: pending(report.objects).map(pendingJson),
      health: report.health,
      problems: report.problems,
      ...(unmanaged && { unmanaged: unmanaged.map(unmanagedJson) }),
    })),
  }
}

function driftText({ target, report, unmanaged = [] }: Compared): string {
  const { drift, problems, objects } = report
  const lines = [
    ...drift.map(driftLine),
    ...pending(objects).map(({ key, verb }) => `${'not applied'.padEnd(10)} ${resourceLabel(key)} would be ${verb}`),
    ...unmanaged.map(unmanagedLine),
    ...problems.map(printProblem),
  ]
  return `${[targetId(target), ...(lines.length > 0 ? lines : ['no drift'])].join('\n  ')}\n`
}

/** What Git has new and nobody reconciled yet: no drift, but a difference. */
function pending(objects: readonly ObjectReport[]): ObjectReport[] {
  const changes = objects.filter(({ verb }) => verb === 'created' || verb === 'configured' || verb === 'deleted')
  return changes.filter(({ reason }) => reason !== 'DRIFT_HEALED')
}

function pendingJson({ key, verb }: ObjectReport) {
  return { object: resourceLabel(key), namespace: key.namespace, verb }
}

function unmanagedJson({ key, since, manager }: UnmanagedObject) {
  return { object: resourceLabel(key), namespace: key.namespace, since, manager }
}

function unmanagedLine({ key, since, manager }: UnmanagedObject): string {
  return `${'unmanaged'.padEnd(10)} ${resourceLabel(key)} in ${key.namespace}${manager ? ` by ${manager}` : ''} since ${since}`
}

function exitCode(reports: readonly TargetReport[]): RunResult {
  if (reports.some(({ report }) => report.drift.length > 0)) return EXIT.drift
  return reports.some(({ report }) => report.problems.length > 0) ? EXIT.refused : EXIT.fine
}
