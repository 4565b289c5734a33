import { findOverlays } from '../config/layout.ts'
import { REPOSITORY_CONFIG_FILE } from '../config/load.ts'
import type { ProposedChange } from '../config/proposed-change.ts'
import { type RepositoryConfig, upstreamOf } from '../config/repository-config.ts'
import type { Problem } from '../model/errors.ts'
import type { GateReason } from '../model/gate.ts'
import { repositoryName } from '../model/github.ts'
import type { ConfigurationFault } from '../model/target-status.ts'
import type { Tree } from '../model/tree.ts'
import type { Side } from './affected-overlays.ts'
import { type DriftQuestion, driftFacts, type EnvironmentDrift, withIgnored } from './drift-facts.ts'
import { decideGate, simpleVerdict } from './gate-verdict.ts'
import { groupChanges } from './group-changes.ts'
import type { PreviewPorts } from './ports.ts'
import { previewOverlays } from './preview-overlays.ts'
import type { PreviewReport, Stage } from './preview-report.ts'
import { configNotes, type LoadedConfig, tryLoad } from './rules.ts'

export type UnjudgedReport = Omit<PreviewReport, 'verdict'>

/**
 * What the step from one tree to another does, judged by the rules of the first; `empty` says which commits those are. Live
 * objects and gates are looked at last, when all that takes time is done.
 */
export async function inspectTrees(
  ports: PreviewPorts,
  { empty, base, head, rules }: { empty: UnjudgedReport; base: Tree; head: Tree; rules: LoadedConfig },
  gates: (change: ProposedChange) => Promise<readonly GateReason[]>,
  signal: AbortSignal,
): Promise<PreviewReport> {
  const proposed = await tryLoad(head)
  if (!rules.config) return withoutRules(empty, rules.problems, proposed, await knownFault(ports))
  const sides = await bothSides(rules.config, base, head)
  const overlays = await previewOverlays(ports.renderer, sides.base, sides.head, { signal })
  const touched = overlays.filter(({ status }) => status !== 'unchanged').map(({ overlay }) => overlay)
  const statuses = await ports.statusBoard.list(repositoryName(ports.repository.ref))
  const asked = await gates({
    overlays: touched,
    before: rules.config,
    after: configurationAfter(rules.config, proposed),
  })
  const deployed = sides.base.overlays
  const drift = await lookAtDrift(ports, { config: rules.config, deployed, touched, statuses })
  const notes = await configNotes(base, head)
  const groups = groupChanges(overlays)
  const stages = stagesOf(rules.config)
  return judged({ ...empty, stages, overlays, groups, drift, notes, problems: proposed.problems, gates: asked })
}

/** Taken away, it leaves no environment; where it cannot be used, that alone keeps the gate closed. */
function configurationAfter(
  before: RepositoryConfig,
  { config, problems }: LoadedConfig,
): RepositoryConfig | undefined {
  if (problems.length > 0) return undefined
  return config ?? { ...before, environments: [] }
}

/** What is ignored is asked for only where there is drift. */
async function lookAtDrift(
  { fingerprint, ignoredDrift, clock }: PreviewPorts,
  question: Omit<DriftQuestion, 'fingerprint' | 'now'>,
): Promise<EnvironmentDrift[]> {
  const now = clock()
  const drift = driftFacts({ ...question, fingerprint, now })
  return drift.some(({ findings }) => findings.length > 0) ? withIgnored(drift, await ignoredDrift(), now) : drift
}

/** The overlays of both trees as the base's configuration finds them. */
export async function bothSides(config: RepositoryConfig, base: Tree, head: Tree): Promise<{ base: Side; head: Side }> {
  return {
    base: { tree: base, overlays: await findOverlays(config, base) },
    head: { tree: head, overlays: await findOverlays(config, head) },
  }
}

export function stagesOf({ environments }: RepositoryConfig): Stage[] {
  return environments.map((one) => ({ environment: one.name, downstream: upstreamOf(one).length > 0 }))
}

/** The report with its verdict. */
export function judged(report: UnjudgedReport): PreviewReport {
  return { ...report, verdict: decideGate(report) }
}

export function emptyReport(base: string, head: string, hideLive: boolean): UnjudgedReport {
  return {
    base,
    head,
    stages: [],
    overlays: [],
    groups: [],
    drift: [],
    hideLive,
    problems: [],
    conflicts: [],
    notes: [],
    gates: [],
  }
}

/** Of the base branch, as the worker that follows it found it. */
async function knownFault({ statusBoard, repository }: PreviewPorts): Promise<ConfigurationFault | undefined> {
  const statuses = await statusBoard.list(repositoryName(repository.ref))
  return statuses.find(({ configurationFault }) => configurationFault)?.configurationFault
}

/**
 * There is nothing to judge by: the base has no configuration, or one that cannot be used. What the pull request would bring
 * is validated; one that mends the base's is let through, or nobody could.
 */
function withoutRules(
  empty: UnjudgedReport,
  baseProblems: readonly Problem[],
  proposed: LoadedConfig,
  fault: ConfigurationFault | undefined,
): PreviewReport {
  const mends = baseProblems.length > 0 && proposed.config !== undefined
  const problems = mends ? [] : [...proposed.problems, ...(proposed.problems.length > 0 ? [] : baseProblems)]
  const isOld = JSON.stringify(problems) === JSON.stringify(fault?.problems)
  if (problems.length > 0)
    return judged({ ...empty, problems, ...(isOld && fault?.since && { problemsSince: fault.since }) })
  const message = mends
    ? `Not judged: this mends the ${REPOSITORY_CONFIG_FILE} of the base branch`
    : `Not configured: the base branch has no ${REPOSITORY_CONFIG_FILE}`
  const notes = !mends && proposed.config ? [`This adds a valid ${REPOSITORY_CONFIG_FILE}.`] : []
  return { ...empty, notes, verdict: simpleVerdict('success', { code: 'NOT_CONFIGURED', verdict: 'passed', message }) }
}
