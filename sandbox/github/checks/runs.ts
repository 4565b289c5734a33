import type { Input } from '../http/input.ts'
import { unprocessable } from '../http/refusal.ts'
import type { Account } from '../state/account.ts'
import type { App } from '../state/app.ts'
import type { CheckRun } from '../state/check.ts'
import type { Repository } from '../state/repository.ts'
import { emitRun, emitSuite } from '../webhooks/check-events.ts'
import type { World } from '../world.ts'
import { actionsOf, applyProgress, outputOf, progressOf } from './report.ts'
import { branchOf, createSuite, suiteOf, suiteStatus } from './suites.ts'

const MOST_OF_ONE_NAME = 1000

/** Makes a run on a commit of the repository; a second one of the same name stands beside the first. */
export async function createRun(world: World, repository: Repository, app: App, input: Input): Promise<CheckRun> {
  input.require('name', 'head_sha')
  const headSha = input.requiredText('head_sha')
  if ((await repository.git.objectType(headSha)) !== 'commit') {
    throw unprocessable(`No commit found for SHA: ${headSha}`)
  }
  const progress = progressOf(input, world.now())
  const output = outputOf(input, { title: null, summary: null, text: null, annotations: [] })
  const actions = actionsOf(input) ?? []
  const suite =
    suiteOf(repository, app, headSha) ??
    createSuite(world, repository, app, { sha: headSha, branch: await branchOf(repository, headSha), before: null })
  const run: CheckRun = {
    id: world.nextId(),
    app,
    suite,
    headSha,
    name: input.requiredText('name'),
    externalId: input.text('external_id') ?? '',
    detailsUrl: input.text('details_url') ?? `${world.url}/apps/${app.slug}`,
    status: 'queued',
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    output,
    actions,
  }
  applyProgress(run, progress)
  repository.checkRuns.set(run.id, run)
  dropOldest(repository, run)
  await announce(world, repository, run, { created: true, completed: run.status === 'completed' })
  return run
}

export async function updateRun(world: World, repository: Repository, run: CheckRun, input: Input): Promise<void> {
  const before = run.conclusion
  const progress = progressOf(input, world.now())
  const output = outputOf(input, run.output)
  const actions = actionsOf(input) ?? run.actions
  run.name = input.text('name') ?? run.name
  run.externalId = input.text('external_id') ?? run.externalId
  run.detailsUrl = input.text('details_url') ?? run.detailsUrl
  run.output = output
  run.actions = actions
  applyProgress(run, progress)
  await announce(world, repository, run, { created: false, completed: before === null && run.conclusion !== null })
}

async function announce(
  world: World,
  repository: Repository,
  run: CheckRun,
  what: { created: boolean; completed: boolean },
): Promise<void> {
  const sender = run.app.bot
  run.suite.requeued = false
  run.suite.updatedAt = world.now()
  world.changed(repository)
  if (what.created) await emitRun(world, repository, run, { action: 'created', sender })
  if (!what.completed) return
  await emitRun(world, repository, run, { action: 'completed', sender })
  if (suiteStatus(repository, run.suite) !== 'completed') return
  await emitSuite(world, repository, run.suite, { action: 'completed', sender })
}

/** Above a thousand runs of one name on a commit the oldest go. */
function dropOldest(repository: Repository, run: CheckRun): void {
  const twins = [...repository.checkRuns.values()].filter((one) => one.suite === run.suite && one.name === run.name)
  for (const old of twins.slice(0, Math.max(0, twins.length - MOST_OF_ONE_NAME))) repository.checkRuns.delete(old.id)
}

/** Somebody wants the run again: the suite waits, the run stays as it is. Only its App hears of it, and of how things stood. */
export async function rerequestRun(world: World, repository: Repository, run: CheckRun, by: Account): Promise<void> {
  await emitRun(world, repository, run, { action: 'rerequested', sender: by })
  run.suite.requeued = true
}

/** Somebody pressed a button of the run. */
export async function requestAction(
  world: World,
  repository: Repository,
  run: CheckRun,
  identifier: string,
  by: Account,
): Promise<void> {
  if (!run.actions.some((action) => action.identifier === identifier)) {
    throw unprocessable(`The check run has no action ${identifier}`)
  }
  await emitRun(world, repository, run, {
    action: 'requested_action',
    sender: by,
    extra: { requested_action: { identifier } },
  })
}
