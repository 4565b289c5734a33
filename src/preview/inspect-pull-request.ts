import { findOverlays } from '../config/layout.ts'
import { REPOSITORY_CONFIG_FILE } from '../config/load.ts'
import { type RepositoryConfig, upstreamOf } from '../config/repository-config.ts'
import { LockstepError, type Problem } from '../model/errors.ts'
import { type CheckRun, type PullRequest, repositoryName } from '../model/github.ts'
import type { Tree } from '../model/tree.ts'
import type { Side } from './affected-overlays.ts'
import { driftFacts } from './drift-facts.ts'
import { isTrustedHead } from './fork-trust.ts'
import { decideGate, type GateVerdict, simpleVerdict } from './gate-verdict.ts'
import { groupChanges } from './group-changes.ts'
import type { PreviewPorts } from './ports.ts'
import { previewOverlays } from './preview-overlays.ts'
import type { PreviewReport, Stage } from './preview-report.ts'
import { configNotes, type LoadedConfig, tryLoad } from './rules.ts'

/**
 * Everything there is to say about a pull request now. Merged with the live tip of its base and judged by the base's rules;
 * live objects are looked at last, when all that takes time is done.
 */
export async function inspectPullRequest(
  ports: PreviewPorts,
  pull: PullRequest,
  gate: CheckRun | undefined,
  signal: AbortSignal,
): Promise<PreviewReport> {
  const { mirror, repository } = ports
  await mirror.fetch()
  const base = await requireCommit(ports, pull.base.ref)
  const head = await requireCommit(ports, pull.head.sha)
  const baseTree = await mirror.tree(base)
  const empty = emptyReport(base, head, pull.head.fork || (await repository.isPublic()))
  const rules = await tryLoad(baseTree)
  if (rules.config && !(await isTrustedHead(repository, pull, gate)))
    return { ...empty, gates: FORK.reasons, verdict: FORK }
  const merged = await mirror.merge(base, head)
  if ('conflicts' in merged) return judged({ ...empty, conflicts: merged.conflicts })
  const proposed = await tryLoad(merged.tree)
  if (!rules.config) return withoutRules(empty, rules.problems, proposed)
  const sides = await bothSides(rules.config, baseTree, merged.tree)
  const overlays = await previewOverlays(ports.renderer, sides.base, sides.head, { signal })
  const touched = overlays.filter(({ status }) => status !== 'unchanged').map(({ overlay }) => overlay)
  const [statuses, gates] = [
    await ports.statusBoard.list(repositoryName(repository.ref)),
    await ports.promotionGates(pull),
  ]
  const drift = driftFacts({
    config: rules.config,
    deployed: sides.base.overlays,
    touched,
    statuses,
    now: ports.clock(),
  })
  const notes = await configNotes(baseTree, merged.tree)
  const groups = groupChanges(overlays)
  const stages = stagesOf(rules.config)
  return judged({ ...empty, stages, overlays, groups, drift, notes, problems: proposed.problems, gates })
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
export function judged(report: Omit<PreviewReport, 'verdict'>): PreviewReport {
  return { ...report, verdict: decideGate(report) }
}

export function emptyReport(base: string, head: string, hideLive: boolean): Omit<PreviewReport, 'verdict'> {
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

const FORK: GateVerdict = simpleVerdict('action_required', {
  code: 'FORK_NEEDS_PLAN',
  verdict: 'waits',
  message: 'From a fork: rendered after /plan by someone with write access',
  unblock: '/plan',
})

/**
 * There is nothing to judge by: the base has no configuration, or one that cannot be used. What the pull request would bring
 * is validated; one that mends the base's is let through, or nobody could.
 */
function withoutRules(
  empty: Omit<PreviewReport, 'verdict'>,
  baseProblems: readonly Problem[],
  proposed: LoadedConfig,
): PreviewReport {
  const mends = baseProblems.length > 0 && proposed.config !== undefined
  const problems = mends ? [] : [...proposed.problems, ...(proposed.problems.length > 0 ? [] : baseProblems)]
  if (problems.length > 0) return judged({ ...empty, problems })
  const message = mends
    ? `Not judged: this mends the ${REPOSITORY_CONFIG_FILE} of the base branch`
    : `Not configured: the base branch has no ${REPOSITORY_CONFIG_FILE}`
  const notes = !mends && proposed.config ? [`This adds a valid ${REPOSITORY_CONFIG_FILE}.`] : []
  return { ...empty, notes, verdict: simpleVerdict('success', { code: 'NOT_CONFIGURED', verdict: 'passed', message }) }
}

/** GitHub may tell of a commit before git can be asked for it. */
async function requireCommit({ mirror }: PreviewPorts, ref: string): Promise<string> {
  const sha = await mirror.resolve(ref)
  if (sha) return sha
  const problem = {
    code: 'PREVIEW_HEAD_MISSING',
    message: `${ref} could not be fetched.`,
    remedy: 'It is tried again by itself.',
  }
  throw new LockstepError(problem, { kind: 'unreachable' })
}
