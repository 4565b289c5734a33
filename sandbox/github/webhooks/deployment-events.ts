import type { Account } from '../state/account.ts'
import type { Deployment, DeploymentStatus } from '../state/deployment.ts'
import type { Repository } from '../state/repository.ts'
import { deploymentStatusView, deploymentView } from '../views/deployment.ts'
import type { World } from '../world.ts'
import { emit } from './emit.ts'

export function emitDeployment(world: World, repository: Repository, deployment: Deployment, sender: Account) {
  return emit(world, {
    event: 'deployment',
    action: 'created',
    repository,
    sender,
    payload: () => ({ deployment: deploymentView(world, repository, deployment), workflow: null, workflow_run: null }),
  })
}

export function emitDeploymentStatus(
  world: World,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
  sender: Account,
) {
  return emit(world, {
    event: 'deployment_status',
    action: 'created',
    repository,
    sender,
    payload: () => ({
      deployment_status: statusEventView(world, repository, deployment, status),
      deployment: deploymentView(world, repository, deployment),
    }),
  })
}

/** Webhooks leave out an address of logs that nobody gave. */
function statusEventView(world: World, repository: Repository, deployment: Deployment, status: DeploymentStatus) {
  const { log_url, ...view } = deploymentStatusView(world, repository, deployment, status)
  return log_url ? { ...view, log_url } : view
}
