import { type Caller, installationCovers, installationViewer } from '../http/caller.ts'
import type { Account } from '../state/account.ts'
import { type App, allows, type Installation } from '../state/app.ts'
import type { Repository } from '../state/repository.ts'
import { accountView, organizationView } from '../views/account.ts'
import { nodeId } from '../views/node-id.ts'
import { repositoryView } from '../views/repository.ts'
import type { World } from '../world.ts'
import { send } from './send.ts'

export interface RepositoryEvent {
  readonly event: string
  readonly action?: string
  readonly repository: Repository
  readonly sender: Account
  /** Only this App hears of it. */
  readonly only?: App
  /** What the event says besides `action`, `repository`, `sender`; it may depend on what the App may see. */
  readonly payload: (viewer: Caller) => Record<string, unknown> | Promise<Record<string, unknown>>
}

/** The permission an App needs to hear of an event; metadata is always there. */
const PERMISSION: Readonly<Record<string, readonly string[]>> = {
  push: ['contents'],
  create: ['contents'],
  delete: ['contents'],
  pull_request: ['pull_requests'],
  pull_request_review: ['pull_requests'],
  issues: ['issues'],
  issue_comment: ['issues', 'pull_requests'],
  check_run: ['checks'],
  check_suite: ['checks'],
  status: ['statuses'],
  deployment: ['deployments'],
  deployment_status: ['deployments'],
  merge_group: ['merge_queues'],
}

/** Check events that reach every App with `checks: write`, subscribed or not. */
const UNASKED = new Set([
  'check_suite.requested',
  'check_suite.rerequested',
  'check_run.rerequested',
  'check_run.requested_action',
])

/** Sends an event to every installation that hears it. Payloads are written now, deliveries leave later. */
export async function emit(world: World, event: RepositoryEvent): Promise<void> {
  for (const installation of world.installations.values()) {
    if (!hears(installation, event)) continue
    const payload = await event.payload(installationViewer(installation))
    send(world, installation.app, {
      event: event.event,
      action: event.action ?? null,
      installationId: installation.id,
      repositoryId: event.repository.id,
      payload: {
        ...(event.action ? { action: event.action } : {}),
        ...payload,
        ...frame(world, event, payload),
        installation: { id: installation.id, node_id: nodeId('Installation', installation.id) },
      },
    })
  }
}

function frame(world: World, event: RepositoryEvent, payload: Record<string, unknown>): Record<string, unknown> {
  const { owner } = event.repository
  return {
    repository: payload.repository ?? repositoryView(world, event.repository),
    ...(owner.type === 'Organization' ? { organization: organizationView(world, owner) } : {}),
    sender: accountView(world, event.sender),
  }
}

function hears(installation: Installation, event: RepositoryEvent): boolean {
  if (event.only && installation.app !== event.only) return false
  if (installation.suspendedAt || !installationCovers(installation, event.repository)) return false
  if (UNASKED.has(`${event.event}.${event.action}`)) return allows(installation.permissions, 'checks', 'write')
  const needed = PERMISSION[event.event]
  const permitted = needed === undefined || needed.some((name) => allows(installation.permissions, name, 'read'))
  return permitted && installation.events.includes(event.event)
}
