import { wholeSeconds } from './git/commit.ts'
import type { Account, Team } from './state/account.ts'
import type { App, Installation, Token } from './state/app.ts'
import type { Delivery } from './state/delivery.ts'
import { fullName, type Repository } from './state/repository.ts'
import { type Lag, Switches } from './switches.ts'

/** Everything this GitHub knows that is not in git. In memory only. */
export class World {
  /** Bare repositories live here, a folder for each owner. */
  readonly directory: string
  readonly clock: () => Date
  readonly switches: Switches
  /** Milliseconds after which an unanswered webhook counts as failed. */
  readonly webhookDeadline: number
  /** Aborted when the server closes: deliveries on their way end. */
  readonly closing = new AbortController()
  /** Web address without a trailing slash, known once the server listens. */
  url = ''
  /** By login in lower case; bots included. */
  readonly accounts = new Map<string, Account>()
  readonly teams = new Map<number, Team>()
  readonly repositories = new Map<number, Repository>()
  /** `owner/name` in lower case of renamed repositories. */
  readonly formerNames = new Map<string, number>()
  readonly apps = new Map<number, App>()
  readonly installations = new Map<number, Installation>()
  readonly tokens = new Map<string, Token>()
  readonly deliveries: Delivery[] = []
  /** `METHOD path` of requests that no route answers. */
  readonly unknownRequests: string[] = []
  /** Told when a branch, a pull request or a check has changed; whoever waits for that looks for itself. */
  changed: (repository: Repository) => void = () => undefined
  #lastId = 1000

  constructor(options: { directory: string; clock: () => Date; lag: Partial<Lag>; webhookDeadline: number }) {
    this.directory = options.directory
    this.clock = options.clock
    this.webhookDeadline = options.webhookDeadline
    this.switches = new Switches(options.lag)
  }

  /** REST address without a trailing slash, where GitHub Enterprise Server has it. */
  get apiUrl(): string {
    return `${this.url}/api/v3`
  }

  nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  now(): string {
    return wholeSeconds(this.clock())
  }

  account(login: string): Account | undefined {
    return this.accounts.get(login.toLowerCase())
  }

  repository(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase()
    return this.repositories.values().find((repository) => fullName(repository).toLowerCase() === wanted)
  }

  app(slug: string): App | undefined {
    return this.apps.values().find((app) => app.slug === slug)
  }
}
