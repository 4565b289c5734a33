import { openPullsOf } from '../checks/related-pulls.ts'
import { suiteConclusion, suiteRuns, suiteStatus } from '../checks/suites.ts'
import type { CheckRun, CheckSuite } from '../state/check.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { appView } from './app.ts'
import { commitSummary } from './commit-summary.ts'
import { nodeId } from './node-id.ts'
import { repositoryApiUrl, repositoryPageUrl, repositoryView } from './repository.ts'

export function checkRunView(world: World, repository: Repository, run: CheckRun): Record<string, unknown> {
  const api = `${repositoryApiUrl(world, repository)}/check-runs/${run.id}`
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url: api,
    html_url: `${repositoryPageUrl(world, repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.output.title,
      summary: run.output.summary,
      text: run.output.text,
      annotations_count: run.output.annotations.length,
      annotations_url: `${api}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appView(world, run.app),
    pull_requests: openPullsOf(repository, run.suite).map((pull) => pullReference(world, repository, pull)),
  }
}

/** The run in a webhook, where the suite is spelled out. */
export function checkRunEventView(world: World, repository: Repository, run: CheckRun): Record<string, unknown> {
  return { ...checkRunView(world, repository, run), check_suite: suiteSummary(world, repository, run.suite) }
}

export async function checkSuiteView(
  world: World,
  repository: Repository,
  suite: CheckSuite,
): Promise<Record<string, unknown>> {
  const api = `${repositoryApiUrl(world, repository)}/check-suites/${suite.id}`
  return {
    ...suiteSummary(world, repository, suite),
    repository: repositoryView(world, repository),
    head_commit: await commitSummary(repository, suite.headSha),
    latest_check_runs_count: suiteRuns(repository, suite).length,
    check_runs_url: `${api}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  }
}

/** The suite in its own webhook. */
export async function checkSuiteEventView(
  world: World,
  repository: Repository,
  suite: CheckSuite,
): Promise<Record<string, unknown>> {
  const {
    repository: _,
    rerequestable: _own,
    runs_rerequestable: _runs,
    ...view
  } = await checkSuiteView(world, repository, suite)
  return view
}

function suiteSummary(world: World, repository: Repository, suite: CheckSuite): Record<string, unknown> {
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suiteStatus(repository, suite),
    conclusion: suiteConclusion(repository, suite),
    url: `${repositoryApiUrl(world, repository)}/check-suites/${suite.id}`,
    before: suite.before,
    after: suite.headSha,
    pull_requests: openPullsOf(repository, suite).map((pull) => pullReference(world, repository, pull)),
    app: appView(world, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  }
}

/** The short form in which checks name the pull requests they may belong to. */
function pullReference(world: World, repository: Repository, pull: PullRequest): Record<string, unknown> {
  const short = (one: Repository): Record<string, unknown> => ({
    id: one.id,
    url: repositoryApiUrl(world, one),
    name: one.name,
  })
  return {
    url: `${repositoryApiUrl(world, repository)}/pulls/${pull.number}`,
    id: pull.id,
    number: pull.number,
    head: { ref: pull.head.ref, sha: pull.head.sha, repo: short(pull.head.repository) },
    base: { ref: pull.base.ref, sha: pull.base.sha, repo: short(repository) },
  }
}
