import { LockstepError } from '../model/errors.ts'
import { planTarget } from '../reconcile/pass/plan-target.ts'
import { reconcileWithReport } from '../reconcile/pass/reconcile-target.ts'
import type { ReconcileReport } from '../reconcile/report/report.ts'
import type { Command, Invocation } from './command.ts'
import { EXIT, type RunResult } from './exit-codes.ts'
import { type OpenOptions, openTargets, TARGET_OPTIONS } from './reconcile/open-targets.ts'
import { reconcileJson, type TargetReport } from './reconcile/report-json.ts'
import { reportText } from './reconcile/report-text.ts'
import { reconcileOnAndOn } from './reconcile/watch.ts'

/** The worker's engine, once, from a clone. */
export const reconcileCommand: Command = {
  name: 'reconcile',
  summary: 'bring a cluster to what the repository says',
  usage:
    'lockstep reconcile [--repo DIR] --env E [--app A] [--cluster C] [--ref REF] --kubeconfig F [--context C] [--dry-run] [--watch]',
  examples: [
    { command: 'lockstep reconcile --env dev --kubeconfig ~/.kube/config --dry-run', shows: 'what it would do' },
    { command: 'lockstep reconcile --env dev --app checkout --ref main --kubeconfig dev.yaml', shows: 'one pass' },
    { command: 'lockstep reconcile --env dev --kubeconfig dev.yaml --watch', shows: 'keeps going until Ctrl-C' },
  ],
  options: {
    ...TARGET_OPTIONS,
    'dry-run': { type: 'boolean', description: 'ask the API server, and change nothing' },
    watch: { type: 'boolean', description: 'keep going: follow the files, heal drift' },
    heal: { type: 'boolean', description: 'take back drift even where the policy is to report it' },
    'confirm-prune': { type: 'boolean', description: 'prune even more objects than prune.limit' },
    timeout: { type: 'string', value: 'SECONDS', description: 'how long to wait for health', default: '120' },
  },
  formats: ['text', 'json'],
  async run(invocation) {
    const { options, format, stdout } = invocation
    const more = readOptions(options)
    if (options.watch === true) {
      await reconcileOnAndOn(invocation, more, (told) =>
        stdout(format === 'json' ? jsonLine([told]) : reportText(told)),
      )
      return EXIT.fine
    }
    const begun = performance.now()
    const reports = await reconcileAll(invocation, more)
    stdout(format === 'json' ? jsonLine(reports, performance.now() - begun) : reports.map(reportText).join(''))
    return exitCode(reports.map(({ report }) => report))
  },
}

interface Wishes extends OpenOptions {
  readonly heal: boolean
}

function readOptions(options: Invocation['options']): Wishes {
  const seconds = Number(options.timeout)
  if (!Number.isFinite(seconds) || seconds < 0) {
    const message = `--timeout ${options.timeout} is no number of seconds.`
    throw new LockstepError({ code: 'OPTION_INVALID', message, remedy: 'Write e.g. 60.' }, { kind: 'usage' })
  }
  const confirmPrune = options['confirm-prune'] === true
  return { healthDeadlineMs: seconds * 1000, confirmPrune, heal: options.heal === true }
}

async function reconcileAll(invocation: Invocation, wishes: Wishes): Promise<TargetReport[]> {
  const { options, signal } = invocation
  const plans = options['dry-run'] === true
  await using open = await openTargets(invocation, { ...wishes, ...(!plans && { watches: 'chosen' }) })
  const work = plans ? planTarget : reconcileWithReport
  const reports: TargetReport[] = []
  for (const target of await open.targets()) {
    const report = await work(open.ports, { repository: open.repository, target, heal: wishes.heal, signal })
    if (report.outcome.decision === 'failed' && report.objects.length === 0) {
      throw new LockstepError(report.problems, { kind: 'unreachable' })
    }
    reports.push({ target, report })
  }
  return reports
}

function jsonLine(reports: readonly TargetReport[], milliseconds = 0): string {
  const total = milliseconds || reports.reduce((sum, { report }) => sum + report.milliseconds.total, 0)
  return `${JSON.stringify(reconcileJson(reports, Math.round(total)))}\n`
}

function exitCode(reports: readonly ReconcileReport[]): RunResult {
  const decisions = reports.map(({ outcome }) => outcome.decision)
  if (decisions.includes('failed')) return EXIT.unreachable
  return decisions.every((decision) => decision === 'done' || decision === 'nothing') ? EXIT.fine : EXIT.refused
}
