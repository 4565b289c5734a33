import type { App } from '../state/app.ts'
import type { CheckRun, CheckStatus, CheckSuite } from '../state/check.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'

/** The worst comes first and decides the conclusion of a suite. */
const PRIORITY = [
  'action_required',
  'timed_out',
  'failure',
  'startup_failure',
  'cancelled',
  'stale',
  'neutral',
  'success',
  'skipped',
]

/** Every App has one suite on a commit. */
export function suiteOf(repository: Repository, app: App, sha: string): CheckSuite | undefined {
  return repository.checkSuites.values().find((suite) => suite.app === app && suite.headSha === sha)
}

export function createSuite(
  world: World,
  repository: Repository,
  app: App,
  head: { sha: string; branch: string | null; before: string | null },
): CheckSuite {
  const now = world.now()
  const suite: CheckSuite = {
    id: world.nextId(),
    app,
    headSha: head.sha,
    headBranch: head.branch,
    before: head.before,
    createdAt: now,
    updatedAt: now,
    requeued: false,
  }
  repository.checkSuites.set(suite.id, suite)
  return suite
}

/** The branch of this repository that carries the commit, or null when it came from a fork. */
export async function branchOf(repository: Repository, sha: string): Promise<string | null> {
  const refs = await repository.git.refs('refs/heads')
  const tip = refs.entries().find(([, id]) => id === sha)?.[0]
  if (tip) return tip.slice('refs/heads/'.length)
  const contains = await repository.git.text([
    'for-each-ref',
    '--contains',
    sha,
    '--format=%(refname:short)',
    'refs/heads',
  ])
  return contains.split('\n')[0] || null
}

export function suiteRuns(repository: Repository, suite: CheckSuite): CheckRun[] {
  return latestOfEachName([...repository.checkRuns.values()].filter((run) => run.suite === suite))
}

/** The newest run of each name within each suite. */
export function latestOfEachName(runs: readonly CheckRun[]): CheckRun[] {
  const newest = new Map(runs.map((run) => [`${run.suite.id} ${run.name}`, run]))
  return [...newest.values()]
}

export function suiteStatus(repository: Repository, suite: CheckSuite): CheckStatus {
  const runs = suiteRuns(repository, suite)
  if (suite.requeued || runs.length === 0) return 'queued'
  if (runs.every((run) => run.status === 'completed')) return 'completed'
  return runs.some((run) => run.status !== 'queued') ? 'in_progress' : 'queued'
}

export function suiteConclusion(repository: Repository, suite: CheckSuite): string | null {
  if (suiteStatus(repository, suite) !== 'completed') return null
  const conclusions = suiteRuns(repository, suite).map((run) => run.conclusion)
  return PRIORITY.find((conclusion) => conclusions.includes(conclusion)) ?? null
}
