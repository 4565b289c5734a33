import type { Track } from '../config/repository-config.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Deployments, RepositoryRef } from '../model/github.ts'
import type { JobQueue } from '../model/job-queue.ts'
import type { Renderer } from '../model/renderer.ts'
import type { Target } from '../model/target.ts'
import type { StatusBoard, TargetStatus } from '../model/target-status.ts'
import type { Tree } from '../model/tree.ts'
import type { Clock } from './clock.ts'
import type { HealMemory } from './heal/heal-memory.ts'
import type { ClusterView } from './live/live-view.ts'
import type { EventRecorder } from './report/events/event-recorder.ts'

/** What reconciling needs of the world. */
export interface ReconcilePorts {
  /**
   * The operator's cluster of that name. For the objects of `owner`'s targets: the operator may want these rehearsed and written in another's
   * name. Throws a LockstepError for a name that is not registered.
   */
  cluster(name: string, owner?: ObjectOwner): Promise<Cluster>
  /** The clusters that the repository may use; without it nobody is asked for targets that left Git. */
  clusters?(): readonly string[]
  /** What is known of that cluster's objects, or of those with this label, from watches; where there is none every pass lists its own. */
  view?(cluster: Cluster, label?: string): Promise<ClusterView | undefined>
  source(repository: RepositoryRef): Promise<Source>
  readonly renderer: Renderer
  readonly board: StatusBoard
  readonly queue: Pick<JobQueue, 'add'>
  readonly clock: Clock
  /** A person with the right to confirmed the deletions of this very commit. */
  pruneConfirmed(repository: RepositoryRef, target: Target, revision: string): Promise<boolean>
  /** History on GitHub, where there is one. */
  deployments?(repository: RepositoryRef): Promise<Deployments>
  /** Kubernetes Events, where they are wanted. */
  readonly events?: EventRecorder
  /** What was put back when; without it nobody slows down in a fight. */
  readonly heals?: HealMemory
  /**
   * Looks at a target that the board knows nothing of, where nobody else would: a command works for itself alone. undefined where it
   * cannot be seen from here.
   */
  look?(repository: RepositoryRef, target: Target): Promise<TargetStatus | undefined>
  readonly settings?: ReconcileSettings
}

/** Whose targets' objects a cluster is opened for. */
export interface ObjectOwner {
  /** `owner/name`. */
  readonly repository: string
  readonly environment: string
}

export interface ReconcileSettings {
  /** Where inventories live; made when missing. Default `lockstep-system`. */
  readonly inventoryNamespace?: string
  /** How long objects may take to become healthy; default: what the environment says. */
  readonly healthDeadlineMs?: number
  /** How long one pass waits for that itself, where a watch tells later changes. Default: up to the deadline. */
  readonly healthWaitMs?: number
  /** Namespaces that the operator allows on a cluster; `*` at the end matches any rest; empty allows every one. */
  readonly namespacesOf?: (cluster: string) => readonly string[]
  /** Requests in flight to one cluster. Default 16. */
  readonly concurrency?: number
  /** A person names the cluster, so nothing is kept back for other clusters. */
  readonly ignoreWaves?: boolean
  /** Heartbeat of the status board, below a minute. Default 15 s. */
  readonly heartbeatMs?: number
}

/** Where desired state comes from: the default branch, or the CLI's work tree. */
export interface Source {
  /**
   * Of the default branch, or of what an environment tracks. Throws REPOSITORY_EMPTY or TRACK_MISSING where there is no such commit. The
   * configuration always comes from the default branch.
   */
  newest(track?: Track): Promise<{ readonly revision: string; readonly tree: Tree }>
  /** undefined: that revision is not there any more. */
  tree(revision: string): Promise<Tree | undefined>
  /** The default branch's last commits, newest first, along first parents; without it only the newest one is looked at. */
  history?(): Promise<readonly PastCommit[]>
}

export interface PastCommit {
  readonly revision: string
  /** ISO 8601. */
  readonly committedAt: string
}
