import type { Outcome } from '../../model/outcome.ts'
import { NO_INVENTORY, type Work } from './attempt.ts'

/** Nothing may be done with the target now. */
export class Idle implements Work {
  readonly objects = []
  readonly drift = []
  readonly problems = []
  readonly inventoryRequests = NO_INVENTORY
  readonly #outcome: Outcome

  constructor(outcome: Outcome) {
    this.#outcome = outcome
  }

  async run(): Promise<Outcome> {
    return this.#outcome
  }
}
