import type { Services } from '../../src/assemble/services.ts'
import { type RepositoryRef, repositoryName } from '../../src/model/github.ts'
import type { Target } from '../../src/model/target.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { knownStatus, publishStatus } from '../../src/reconcile/report/publish-status.ts'
import { applicationName, ENVIRONMENTS, type Environment, overlayPath } from './repository.ts'

/** What is not said again within a minute counts as unknown. */
const SAY_AGAIN_MS = 15_000

/** The workers that hold the clusters, played: they say of every target that it runs what the default branch says. */
export class PlayedClusters {
  readonly #services: Services
  readonly #ref: RepositoryRef
  readonly #targets: readonly Target[]
  readonly #timer: NodeJS.Timeout

  constructor(services: Services, ref: RepositoryRef, applications: number) {
    this.#services = services
    this.#ref = ref
    const names = Array.from({ length: applications }, (_, number) => applicationName(number))
    this.#targets = names.flatMap((application) =>
      ENVIRONMENTS.map((environment) => ({ application, environment, cluster: environment })),
    )
    this.#timer = setInterval(() => void this.#sayAgain(), SAY_AGAIN_MS)
  }

  async everythingRuns(): Promise<void> {
    for (const status of await Promise.all(this.#targets.map((target) => this.#status(target))))
      await this.#services.board.put(repositoryName(this.#ref), status)
  }

  /** It has just become healthy at what the default branch says; answers when that was said (`performance.now`). */
  async becomesHealthy(application: string, environment: Environment): Promise<number> {
    const target = { application, environment, cluster: environment }
    const { board, queue } = this.#services
    const status = await this.#status(target)
    const before = await knownStatus({ board, queue }, this.#ref, target)
    const at = performance.now()
    await publishStatus({ board, queue }, this.#ref, status, before)
    return at
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #status(target: Target): Promise<TargetStatus> {
    const { mirror, name } = await this.#services.openRepository(this.#ref)
    await mirror.fetch()
    const revision = (await mirror.resolve('refs/heads/main')) ?? ''
    const renderer = this.#services.renderer.forGroup({ name, priority: 'background' })
    const overlay = overlayPath(target.application, target.environment as Environment)
    const { digest } = await renderer.render(await mirror.tree(revision), overlay)
    const now = new Date().toISOString()
    const said = { revision, renderDigest: digest, healthySince: now, observedAt: now }
    return { target, ...said, sync: 'Synced', health: 'Healthy', drift: [], problems: [] }
  }

  async #sayAgain(): Promise<void> {
    await this.#services.board.touch(repositoryName(this.#ref), this.#targets, new Date().toISOString())
  }
}
