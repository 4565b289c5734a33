import { repositoryName } from '../model/github.ts'
import { isFresh } from '../model/target-drift.ts'
import { failureProblems } from '../reconcile/pass/failure.ts'
import { publishStatus } from '../reconcile/report/publish-status.ts'
import { unknownStatus } from '../reconcile/report/status-after.ts'
import type { Services } from './services.ts'
import { targetsOfCluster } from './targets-of-cluster.ts'

const PAUSE_MS = 15_000

/** A cluster that this worker can neither hold nor ask who does. */
export class UnheldCluster {
  readonly #services: Services
  readonly #name: string
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(services: Services, name: string) {
    this.#services = services
    this.#name = name
  }

  /** Puts on the board why nothing is known of its targets, four times a minute at most; what another worker has seen lately stays. */
  async tell(error: unknown): Promise<void> {
    const { log } = this.#services
    const now = performance.now()
    if (now < this.#toldAt + PAUSE_MS) return
    this.#toldAt = now
    log.warn({ err: error, cluster: this.#name }, 'a cluster cannot be asked who holds it')
    await this.#tellBoard(error).catch((failure: unknown) =>
      log.warn({ err: failure, cluster: this.#name }, 'nothing could be said about a cluster'),
    )
  }

  async #tellBoard(error: unknown): Promise<void> {
    const { board, reconcileQueue: queue, github } = this.#services
    const problems = failureProblems(error)
    for (const { repository, target } of await targetsOfCluster(this.#services, this.#name)) {
      const previous = await board.get(repositoryName(repository), target)
      const now = github.now()
      if (previous && previous.sync !== 'Unknown' && isFresh(previous, now)) continue
      await publishStatus({ board, queue }, repository, unknownStatus(target, previous, problems, now), previous)
    }
  }
}
