import type { ProposedChange } from '../config/proposed-change.ts'
import type { GateReason } from '../model/gate.ts'
import type { GitHubRepository, PullRequest } from '../model/github.ts'
import type { Fingerprint, IgnoredDrift } from '../model/ignored-drift.ts'
import type { JobQueue } from '../model/job-queue.ts'
import type { Mirror } from '../model/mirror.ts'
import type { Renderer } from '../model/renderer.ts'
import type { StatusBoard } from '../model/target-status.ts'

/** What a preview needs of the world, for one repository. */
export interface PreviewPorts {
  readonly repository: GitHubRepository
  readonly mirror: Mirror
  readonly renderer: Renderer
  readonly statusBoard: Pick<StatusBoard, 'list'>
  /** What promotion asks of this pull request; empty where it has no say. */
  readonly promotionGates: (pull: PullRequest) => Promise<readonly GateReason[]>
  /** What the environments that it changes, or whose rules it changes, ask of it. */
  readonly changeGates: (pull: PullRequest, change: ProposedChange) => Promise<readonly GateReason[]>
  /** Drift that somebody asked to ignore, over or not; none where that cannot be read. */
  readonly ignoredDrift: () => Promise<readonly IgnoredDrift[]>
  readonly fingerprint: Fingerprint
  readonly clock: () => Date
}

/** For use cases that only find out what has to be previewed. */
export type QueuePorts = Pick<PreviewPorts, 'repository' | 'mirror'> & { readonly queue: Pick<JobQueue, 'add'> }
