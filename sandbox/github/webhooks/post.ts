import { performance } from 'node:perf_hooks'
import type { Delivery } from '../state/delivery.ts'
import type { World } from '../world.ts'

/** Posts a delivery and writes what came of it into the log. An answer later than the deadline is a failure. */
export async function post(world: World, delivery: Delivery): Promise<void> {
  const began = performance.now()
  try {
    const answer = await fetch(delivery.url, {
      method: 'POST',
      headers: delivery.request.headers,
      body: delivery.request.body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(world.webhookDeadline), world.closing.signal]),
    })
    const body = await answer.text()
    delivery.statusCode = answer.status
    delivery.status = answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`
    delivery.response = { headers: Object.fromEntries(answer.headers), body }
  } catch (failure) {
    const late = failure instanceof DOMException && failure.name === 'TimeoutError'
    delivery.status = late ? 'timed out' : 'failed to connect to host'
    delivery.statusCode = late ? 504 : 502
  }
  delivery.duration = Math.round(performance.now() - began) / 1000
  delivery.done = true
}
