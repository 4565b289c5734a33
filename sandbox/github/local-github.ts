import type { Server } from 'node:http'
import { addOrganization, addTeam, addUser, requireAccount, type TeamRequest } from './accounts/create.ts'
import { installApp, removeInstallation, suspendInstallation, unsuspendInstallation } from './apps/install.ts'
import { type AppRequest, registerApp } from './apps/register.ts'
import type { RateLimits } from './http/rate-limit.ts'
import { settleMergeQueues } from './merge-queue/settle.ts'
import { addFork, addRepository, type RepositoryRequest } from './repositories/create.ts'
import type { Membership } from './state/account.ts'
import type { App, Installation } from './state/app.ts'
import type { Delivery } from './state/delivery.ts'
import { fullName, type Repository } from './state/repository.ts'
import type { Switches } from './switches.ts'
import type { UnderWay } from './under-way.ts'
import type { World } from './world.ts'

/** A running GitHub and what only its operator or its web pages could do. Everything else goes over HTTP, as with the real one. */
export class LocalGitHub {
  /** The state behind the interface, for what no method here offers. */
  readonly world: World
  readonly limits: RateLimits
  readonly #server: Server
  readonly #underWay: UnderWay

  constructor(world: World, limits: RateLimits, server: Server, underWay: UnderWay) {
    this.world = world
    this.limits = limits
    this.#server = server
    this.#underWay = underWay
  }

  /** e.g. `http://127.0.0.1:4300`; git repositories are at `{url}/owner/name.git`. */
  get url(): string {
    return this.world.url
  }

  /** REST, where GitHub Enterprise Server has it. */
  get apiUrl(): string {
    return this.world.apiUrl
  }

  get graphqlUrl(): string {
    return `${this.url}/api/graphql`
  }

  get switches(): Switches {
    return this.world.switches
  }

  /** `METHOD path` of every request that no route knows. */
  get unknownRequests(): readonly string[] {
    return this.world.unknownRequests
  }

  /** The token works for REST and GraphQL, and for git as the password. */
  createUser(login: string, details: { name?: string; email?: string } = {}): { login: string; token: string } {
    return { login, token: addUser(this.world, login, details).token }
  }

  /** Members by login; each must exist. */
  createOrganization(login: string, members: Readonly<Record<string, Membership>> = {}): void {
    addOrganization(this.world, login, members)
  }

  createTeam(request: TeamRequest): { id: number } {
    return { id: addTeam(this.world, request).id }
  }

  async createRepository(request: RepositoryRequest): Promise<{ id: number; fullName: string; cloneUrl: string }> {
    return this.#describe(await addRepository(this.world, request))
  }

  async forkRepository(
    owner: string,
    name: string,
    into: string,
  ): Promise<{ id: number; fullName: string; cloneUrl: string }> {
    return this.#describe(await addFork(this.world, this.repository(owner, name), into))
  }

  registerApp(request: AppRequest): { appId: number; slug: string; clientId: string; privateKeyPem: string } {
    const { id, slug, clientId, privateKeyPem } = registerApp(this.world, request)
    return { appId: id, slug, clientId, privateKeyPem }
  }

  setWebhookUrl(slug: string, url: string): void {
    this.app(slug).webhook.url = url
  }

  /** Answers the id of the installation. */
  installApp(slug: string, owner: string, repositories: 'all' | readonly string[]): number {
    return installApp(this.world, this.app(slug), owner, repositories).id
  }

  uninstallApp(installation: number): void {
    const found = this.#installation(installation)
    removeInstallation(this.world, found, found.account)
  }

  suspend(installation: number): void {
    const found = this.#installation(installation)
    suspendInstallation(this.world, found, found.account)
  }

  unsuspend(installation: number): void {
    const found = this.#installation(installation)
    unsuspendInstallation(this.world, found, found.account)
  }

  /** The delivery log, oldest first. */
  deliveries(filter: { event?: string; action?: string } = {}): Delivery[] {
    return this.world.deliveries.filter(
      (delivery) =>
        (filter.event === undefined || delivery.event === filter.event) &&
        (filter.action === undefined || delivery.action === filter.action),
    )
  }

  /** Throws where there is none. */
  repository(owner: string, name: string): Repository {
    const repository = this.world.repository(owner, name)
    if (!repository) throw new Error(`no repository ${owner}/${name}`)
    return repository
  }

  app(slug: string): App {
    const app = this.world.app(slug)
    if (!app) throw new Error(`no App ${slug}`)
    return app
  }

  /** Uses up the hourly budget of a person or an installation but for `remaining` requests. */
  spendRateLimit(of: { login: string } | { installation: number }, remaining = 0): void {
    if ('login' in of) {
      this.limits.spend({ kind: 'user', account: requireAccount(this.world, of.login) }, 'core', remaining)
      return
    }
    const installation = this.#installation(of.installation)
    const caller = { kind: 'installation', installation, permissions: installation.permissions } as const
    this.limits.spend(caller, 'core', remaining)
  }

  /** Lets merge queues look at the clock: what nobody reported on in time leaves. */
  async settleMergeQueues(): Promise<void> {
    for (const repository of this.world.repositories.values())
      await repository.git.exclusively(() => settleMergeQueues(this.world, repository))
  }

  /** Ends every connection and every delivery on its way, and waits for what is being written: nobody uses `directory` afterwards. */
  async close(): Promise<void> {
    this.world.closing.abort()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.#server.closeAllConnections()
    await promise
    await this.#underWay.settled()
  }

  #installation(id: number): Installation {
    const installation = this.world.installations.get(id)
    if (!installation) throw new Error(`no installation ${id}`)
    return installation
  }

  #describe(repository: Repository): { id: number; fullName: string; cloneUrl: string } {
    return {
      id: repository.id,
      fullName: fullName(repository),
      cloneUrl: `${this.url}/${fullName(repository)}.git`,
    }
  }
}
