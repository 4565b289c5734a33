import { createHmac, randomUUID } from 'node:crypto'
import type { App } from '../state/app.ts'
import type { Delivery } from '../state/delivery.ts'
import type { World } from '../world.ts'
import { post } from './post.ts'

export interface Webhook {
  readonly event: string
  readonly action: string | null
  readonly installationId: number | null
  readonly repositoryId: number | null
  readonly payload: Record<string, unknown>
}

/** A payload above this is not sent at all. */
const LARGEST = 25 * 1024 * 1024

/** Sends a webhook to an App once, soon and in no promised order. A failure is logged and never repeated. */
export function send(world: World, app: App, webhook: Webhook): void {
  const { url } = app.webhook
  const json = JSON.stringify(webhook.payload)
  if (!url || Buffer.byteLength(json) > LARGEST) return
  const fate = world.switches.fateOf(webhook.event, webhook.action)
  if (fate === 'drop') return
  const delivery = deliveryOf(world, app, url, webhook, json)
  world.switches.deliver(() => dispatch(world, delivery))
  if (fate === 'duplicate') world.switches.deliver(() => redeliver(world, delivery))
}

/** Sends the same webhook again: a new entry in the log, the same GUID. */
export function redeliver(world: World, delivery: Delivery): Delivery {
  const again: Delivery = {
    ...delivery,
    id: world.nextId(),
    url: delivery.app.webhook.url ?? delivery.url,
    redelivery: true,
    ...untried(world),
  }
  dispatch(world, again)
  return again
}

function dispatch(world: World, delivery: Delivery): void {
  world.deliveries.push(delivery)
  setImmediate(() => void post(world, delivery))
}

function deliveryOf(world: World, app: App, url: string, webhook: Webhook, json: string): Delivery {
  const body = app.webhook.contentType === 'form' ? `payload=${encodeURIComponent(json)}` : json
  const guid = randomUUID()
  return {
    id: world.nextId(),
    guid,
    app,
    event: webhook.event,
    action: webhook.action,
    installationId: webhook.installationId,
    repositoryId: webhook.repositoryId,
    redelivery: false,
    request: { headers: headersOf(app, webhook.event, guid, body), body },
    url,
    ...untried(world),
  }
}

function untried(
  world: World,
): Pick<Delivery, 'deliveredAt' | 'duration' | 'status' | 'statusCode' | 'response' | 'done'> {
  return {
    deliveredAt: world.now(),
    duration: 0,
    status: 'pending',
    statusCode: 0,
    response: { headers: {}, body: '' },
    done: false,
  }
}

function headersOf(app: App, event: string, guid: string, body: string): Record<string, string> {
  const { secret, contentType } = app.webhook
  const signature = (algorithm: string): string =>
    createHmac(algorithm, secret ?? '')
      .update(body)
      .digest('hex')
  return {
    Accept: '*/*',
    'Content-Type': contentType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
    'User-Agent': `GitHub-Hookshot/${guid.slice(0, 7)}`,
    'X-GitHub-Delivery': guid,
    'X-GitHub-Event': event,
    'X-GitHub-Hook-ID': String(app.hookId),
    'X-GitHub-Hook-Installation-Target-ID': String(app.id),
    'X-GitHub-Hook-Installation-Target-Type': 'integration',
    ...(secret
      ? { 'X-Hub-Signature': `sha1=${signature('sha1')}`, 'X-Hub-Signature-256': `sha256=${signature('sha256')}` }
      : {}),
  }
}
