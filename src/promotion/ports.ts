import type { RepositoryConfig } from '../config/repository-config.ts'
import type { GitHubRepository } from '../model/github.ts'
import type { Fingerprint } from '../model/ignored-drift.ts'
import type { JobQueue } from '../model/job-queue.ts'
import type { Mirror } from '../model/mirror.ts'
import type { Monitoring } from '../model/monitoring.ts'
import type { Renderer } from '../model/renderer.ts'
import type { StatusBoard } from '../model/target-status.ts'
import type { Tree } from '../model/tree.ts'

/** What promotion needs of the world, for one repository. */
export interface PromotionPorts {
  readonly repository: GitHubRepository
  readonly mirror: Mirror
  readonly renderer: Pick<Renderer, 'render'>
  readonly statusBoard: Pick<StatusBoard, 'list'>
  readonly queue: Pick<JobQueue, 'add'>
  readonly monitoring: Monitoring
  readonly fingerprint: Fingerprint
  readonly clock: () => Date
  readonly loadConfig: (tree: Tree) => Promise<RepositoryConfig | undefined>
  /** Tells this process from others that may work on the same repository. */
  readonly process: string
  /** The App's login as an author, `slug[bot]`. */
  readonly app: string
}

export type StatePorts = Pick<PromotionPorts, 'repository' | 'mirror'>
