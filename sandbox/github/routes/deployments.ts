import { latestOfEachName } from '../checks/suites.ts'
import { mergedTree } from '../git/merge.ts'
import { needs } from '../http/access.ts'
import { accepted, created, noContent, ok } from '../http/answer.ts'
import { actorAccount, actorApp } from '../http/caller.ts'
import { page } from '../http/pages.ts'
import { notFound, Refusal, unprocessable, validationFailed } from '../http/refusal.ts'
import { actor, numberParam, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { moveRef } from '../repositories/move-refs.ts'
import { noreplyAddress, WEB_FLOW } from '../state/account.ts'
import type { Deployment, DeploymentStatus } from '../state/deployment.ts'
import { deploymentStatusView, deploymentView } from '../views/deployment.ts'
import { emitDeployment, emitDeploymentStatus } from '../webhooks/deployment-events.ts'

const READ = needs('deployments:read')
const WRITE = needs('deployments:write')
const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'] as const
const LONGEST_DESCRIPTION = 140

export const deploymentRoutes: readonly Route[] = [
  repositoryRoute('GET', '/deployments', READ, (call) => {
    const filters = ['sha', 'ref', 'task', 'environment'] as const
    const fits = (deployment: Deployment) =>
      filters.every((name) => [null, 'none', deployment[name]].includes(call.query.get(name)))
    const found = [...call.repository.deployments.values()].filter(fits).reverse()
    return page(call, found, (deployment) => deploymentView(call.world, call.repository, deployment))
  }),

  repositoryRoute('GET', '/deployments/:id', READ, (call) =>
    ok(deploymentView(call.world, call.repository, deploymentOf(call))),
  ),

  repositoryRoute('POST', '/deployments', WRITE, createDeployment),

  repositoryRoute('DELETE', '/deployments/:id', WRITE, (call) => {
    const deployment = deploymentOf(call)
    const active = deployment.statuses.at(-1)?.state !== 'inactive'
    if (active && call.repository.deployments.size > 1)
      throw unprocessable(
        'We cannot delete an active deployment unless it is the only deployment in a given environment.',
      )
    call.repository.deployments.delete(deployment.id)
    return noContent()
  }),

  repositoryRoute('GET', '/deployments/:id/statuses', READ, (call) => {
    const deployment = deploymentOf(call)
    return page(call, [...deployment.statuses].reverse(), (status) =>
      deploymentStatusView(call.world, call.repository, deployment, status),
    )
  }),

  repositoryRoute('POST', '/deployments/:id/statuses', WRITE, createStatus),
]

function deploymentOf(call: RepositoryCall): Deployment {
  const found = call.repository.deployments.get(numberParam(call, 'id'))
  if (!found) throw notFound()
  return found
}

async function createDeployment(call: RepositoryCall) {
  const { world, repository, input } = call
  const ref = input.requiredText('ref')
  const sha = (await repository.git.tip(ref)) ?? (await repository.git.commitId(ref))
  if (!sha) throw unprocessable(`No ref found for: ${ref}`)
  if ((input.flag('auto_merge') ?? true) && (await mergedDefaultBranch(call, ref, sha))) {
    return accepted({ message: `Auto-merged ${repository.defaultBranch} into ${ref} on deployment.` })
  }
  checkContexts(call, ref, sha)
  const environment = input.text('environment') ?? 'production'
  const app = actorApp(call.caller)
  const deployment: Deployment = {
    id: world.nextId(),
    sha,
    ref,
    task: input.text('task') ?? 'deploy',
    environment,
    description: input.nullableText('description') ?? null,
    payload: input.values.payload ?? {},
    transient: input.flag('transient_environment') ?? false,
    production: input.flag('production_environment') ?? environment === 'production',
    creator: actorAccount(actor(call)),
    ...(app && { app }),
    createdAt: world.now(),
    updatedAt: world.now(),
    statuses: [],
  }
  repository.deployments.set(deployment.id, deployment)
  await emitDeployment(world, repository, deployment, deployment.creator)
  const view = deploymentView(world, repository, deployment)
  return created(view, String(view.url))
}

/** By default the default branch is merged into a branch that is behind it, and then nothing is deployed. */
async function mergedDefaultBranch({ world, repository, caller }: RepositoryCall, ref: string, sha: string) {
  const { git, defaultBranch } = repository
  const base = await git.tip(defaultBranch)
  const isBranch = (await git.tip(ref)) !== undefined
  if (!base || !isBranch || ref === defaultBranch || (await git.isAncestor(base, sha))) return false
  const tree = await mergedTree(git, sha, base)
  if (tree === undefined) throw new Refusal(409, `Conflict merging ${defaultBranch} into ${ref}.`)
  if (caller.kind !== 'user' && caller.kind !== 'installation') return false
  const account = actorAccount(caller)
  const author = { name: account.name, email: noreplyAddress(account), date: world.now() }
  const committer = { ...WEB_FLOW, date: world.now() }
  const message = `Merge ${defaultBranch} into ${ref}`
  const merge = await git.commitTree({ tree, parents: [sha, base], message, author, committer })
  await moveRef(world, repository, { ref: `refs/heads/${ref}`, before: sha, after: merge, pusher: account })
  return true
}

/** Left out, every status and check run has to be a success; `[]` asks for none. */
function checkContexts({ repository, input }: RepositoryCall, ref: string, sha: string): void {
  const wanted = input.texts('required_contexts')
  const contexts = new Map<string, string>()
  for (const status of repository.statuses) if (status.sha === sha) contexts.set(status.context, status.state)
  const runs = latestOfEachName([...repository.checkRuns.values()].filter((run) => run.headSha === sha))
  for (const run of runs) contexts.set(run.name, run.conclusion ?? run.status)
  const failing = (wanted ?? [...contexts.keys()]).filter((context) => contexts.get(context) !== 'success')
  if (failing.length === 0) return
  throw new Refusal(409, `Conflict: Commit status checks failed for ${ref}.`, {
    errors: [{ resource: 'Deployment', field: 'required_contexts', code: 'invalid' }],
  })
}

async function createStatus(call: RepositoryCall) {
  const { world, repository, input } = call
  const deployment = deploymentOf(call)
  input.require('state')
  const description = input.text('description') ?? ''
  if (description.length > LONGEST_DESCRIPTION)
    throw validationFailed({
      resource: 'DeploymentStatus',
      field: 'description',
      code: 'custom',
      message: 'description is too long (maximum is 140 characters)',
    })
  const app = actorApp(call.caller)
  const status: DeploymentStatus = {
    id: world.nextId(),
    state: input.choice('state', STATES) ?? 'pending',
    description,
    environment: input.text('environment') ?? deployment.environment,
    environmentUrl: input.text('environment_url') ?? '',
    logUrl: input.text('log_url') ?? input.text('target_url') ?? '',
    creator: actorAccount(actor(call)),
    ...(app && { app }),
    createdAt: world.now(),
  }
  deployment.statuses.push(status)
  deployment.updatedAt = world.now()
  if (status.state === 'success' && (input.flag('auto_inactive') ?? true)) retireOlder(call, deployment, status)
  await emitDeploymentStatus(world, repository, deployment, status, status.creator)
  const view = deploymentStatusView(world, repository, deployment, status)
  return created(view, String(view.url))
}

/** Earlier successes of the same lasting, non-production environment become inactive; no webhook says so. */
function retireOlder({ world, repository }: RepositoryCall, deployment: Deployment, by: DeploymentStatus): void {
  for (const older of repository.deployments.values()) {
    const same = older.environment === deployment.environment && older.id < deployment.id
    if (!same || older.transient || older.production || older.statuses.at(-1)?.state !== 'success') continue
    older.statuses.push({ ...by, id: world.nextId(), state: 'inactive', description: '' })
  }
}
