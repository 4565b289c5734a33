import { failureIn } from './github-error.ts'
import type { Installation } from './installation.ts'
import type { Octokit } from './octokit.ts'

/** GitHub keeps deliveries for redelivery this long. */
const KEPT_MS = 3 * 24 * 3600_000
/** Deliveries may be listed late. */
const OVERLAP_MS = 15 * 60_000
/** After so many failures of one event the sweep, which needs no event, has to do. */
const ATTEMPTS = 4

interface Delivery {
  readonly id: number
  /** Stays the same when it is delivered again. */
  readonly guid: string
  readonly deliveredAt: number
  readonly delivered: boolean
}

/** GitHub never repeats a failed webhook by itself; this asks it to. */
export class Redelivery {
  readonly #app: Installation
  readonly #attempts = new Map<string, { count: number; lastAt: number }>()
  #lookedAt = 0

  constructor(app: Installation) {
    this.#app = app
  }

  /** Answers how many deliveries were asked for again. The first look goes back three days, later ones to the look before. */
  async redeliverFailed(): Promise<number> {
    const now = this.#app.clock.now()
    const since = Math.max(now - KEPT_MS, this.#lookedAt - OVERLAP_MS)
    const failed = failedEvents(await this.#list(since)).filter((delivery) => this.#mayTryAgain(delivery.guid))
    let asked = 0
    for (const delivery of failed) if (await this.#redeliver(delivery)) asked++
    this.#lookedAt = now
    this.#forget(now)
    return asked
  }

  #mayTryAgain(guid: string): boolean {
    return (this.#attempts.get(guid)?.count ?? 1) < ATTEMPTS
  }

  #forget(now: number): void {
    for (const [guid, { lastAt }] of this.#attempts) if (lastAt < now - KEPT_MS) this.#attempts.delete(guid)
  }

  #list(since: number): Promise<Delivery[]> {
    return this.#app.read({ what: 'list webhook deliveries', ask: (octokit) => listSince(octokit, since) })
  }

  async #redeliver(delivery: Delivery): Promise<boolean> {
    const count = (this.#attempts.get(delivery.guid)?.count ?? 1) + 1
    this.#attempts.set(delivery.guid, { count, lastAt: this.#app.clock.now() })
    try {
      await this.#app.send({ surface: `delivery ${delivery.guid}`, priority: 'change', creates: false }, (writer) =>
        writer.edit({
          what: `redeliver webhook ${delivery.guid}`,
          ask: (octokit) => octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: delivery.id }),
        }),
      )
      return true
    } catch (error) {
      // Too old by now, or of an installation that is gone.
      if (['refused', 'missing'].includes(failureIn(error)?.kind ?? '')) return false
      throw error
    }
  }
}

/** Newest first, by cursor: the list has no page numbers. */
async function listSince(octokit: Octokit, since: number): Promise<Delivery[]> {
  const found: Delivery[] = []
  const pages = octokit.paginate.iterator(octokit.rest.apps.listWebhookDeliveries, { per_page: 100 })
  for await (const { data } of pages) {
    const deliveries = data.map((delivery) => ({
      id: delivery.id,
      guid: delivery.guid,
      deliveredAt: Date.parse(delivery.delivered_at),
      // A delivery that got no answer has status code 0.
      delivered: delivery.status_code >= 200 && delivery.status_code < 400,
    }))
    found.push(...deliveries.filter((delivery) => delivery.deliveredAt >= since))
    if (deliveries.some((delivery) => delivery.deliveredAt < since)) break
  }
  return found
}

/** Of each event that never arrived, its newest delivery. */
function failedEvents(deliveries: readonly Delivery[]): Delivery[] {
  const events = Map.groupBy(deliveries, (delivery) => delivery.guid)
  return [...events.values()]
    .filter((attempts) => !attempts.some((attempt) => attempt.delivered))
    .flatMap((attempts) => attempts.toSorted((one, other) => other.deliveredAt - one.deliveredAt).slice(0, 1))
}
