import type { Delivery } from '../state/delivery.ts'

/** A line of the delivery log. */
export function deliverySummary(delivery: Delivery): Record<string, unknown> {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  }
}

/** One delivery with what was sent and answered. */
export function deliveryView(delivery: Delivery): Record<string, unknown> {
  const { headers, body } = delivery.request
  const json = body.startsWith('payload=') ? decodeURIComponent(body.slice('payload='.length)) : body
  return {
    ...deliverySummary(delivery),
    url: delivery.url,
    request: { headers, payload: JSON.parse(json) },
    response: { headers: delivery.response.headers, payload: delivery.response.body },
  }
}
