import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { Session } from '../pass/session.ts'

/** How long the objects of a target may still take until they have to be healthy: from when something was applied last. */
export class HealthClock {
  readonly #session: Pick<Session, 'ports'>
  readonly #deadlineMs: number
  /** Milliseconds since the epoch. */
  #since: number

  /** `progressingSince` (ISO 8601): since when they are on their way, as far as that is known. */
  constructor(
    session: Pick<Session, 'ports'>,
    { health }: Pick<EnvironmentConfig, 'health'>,
    progressingSince?: string,
  ) {
    this.#session = session
    this.#deadlineMs = session.ports.settings?.healthDeadlineMs ?? health.timeoutMs
    this.#since = progressingSince === undefined ? this.#now() : Date.parse(progressingSince)
  }

  /** Something was applied just now. */
  restart(): void {
    this.#since = this.#now()
  }

  /** Zero or less: they are late. */
  leftMs(): number {
    return this.#since + this.#deadlineMs - this.#now()
  }

  /** How long a pass waits itself. */
  waitMs(): number {
    return Math.min(this.leftMs(), this.#session.ports.settings?.healthWaitMs ?? Number.POSITIVE_INFINITY)
  }

  #now(): number {
    return this.#session.ports.clock.now().getTime()
  }
}
