import { accepted, ok } from '../http/answer.ts'
import { link, pageSize } from '../http/pages.ts'
import { notFound, unprocessable } from '../http/refusal.ts'
import { type Call, globalRoute, numberParam, type Route } from '../http/route.ts'
import type { Delivery } from '../state/delivery.ts'
import { deliverySummary, deliveryView } from '../views/delivery.ts'
import { redeliver } from '../webhooks/send.ts'
import { appOf } from './apps.ts'
import { refuse } from './find.ts'

const THREE_DAYS = 3 * 86_400_000

export const hookDeliveryRoutes: readonly Route[] = [
  globalRoute('GET', '/app/hook/config', 'app', (call) => ok(configView(call))),

  globalRoute('PATCH', '/app/hook/config', 'app', (call) => {
    const { webhook } = appOf(call)
    webhook.url = call.input.text('url') ?? webhook.url ?? ''
    webhook.contentType = call.input.choice('content_type', ['json', 'form']) ?? webhook.contentType
    const secret = call.input.text('secret')
    if (secret !== undefined) webhook.secret = secret
    return ok(configView(call))
  }),

  globalRoute('GET', '/app/hook/deliveries', 'app', (call) => {
    const size = pageSize(call)
    const all = deliveriesOf(call)
    const cursor = call.query.get('cursor')
    const start = cursor === null ? 0 : all.findIndex((delivery) => cursorOf(delivery) === cursor)
    if (start < 0) throw unprocessable('Invalid cursor')
    const next = all[start + size]
    const headers: Record<string, string> = next ? { link: link(call, { cursor: cursorOf(next) }, 'next') } : {}
    return ok(all.slice(start, start + size).map(deliverySummary), headers)
  }),

  globalRoute('GET', '/app/hook/deliveries/:id', 'app', (call) => ok(deliveryView(deliveryOf(call)))),

  globalRoute('POST', '/app/hook/deliveries/:id/attempts', 'app', (call) => {
    const delivery = deliveryOf(call)
    const age = call.world.clock().getTime() - Date.parse(delivery.deliveredAt)
    if (age > THREE_DAYS) throw unprocessable('The delivery is too old to be redelivered.')
    redeliver(call.world, delivery)
    return accepted({})
  }),
]

/** Newest first; what is still on its way is not in the log yet. */
function deliveriesOf(call: Call): Delivery[] {
  const status = call.query.get('status')
  return call.world.deliveries
    .filter((delivery) => delivery.app === appOf(call) && delivery.done)
    .filter(({ statusCode }) => status !== 'success' || (statusCode >= 200 && statusCode < 400))
    .filter(({ statusCode }) => status !== 'failure' || statusCode >= 400)
    .toReversed()
}

function deliveryOf(call: Call): Delivery {
  const id = numberParam(call, 'id')
  return deliveriesOf(call).find((delivery) => delivery.id === id) ?? refuse(notFound())
}

function cursorOf(delivery: Delivery): string {
  return `v1_${delivery.id}`
}

function configView(call: Call): Record<string, unknown> {
  const { url, secret, contentType, insecureSsl } = appOf(call).webhook
  return {
    content_type: contentType,
    insecure_ssl: insecureSsl,
    url: url ?? '',
    ...(secret ? { secret: '********' } : {}),
  }
}
