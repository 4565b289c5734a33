import type { Person, RepositoryRef } from './github.ts'
import type { Target } from './target.ts'

/** Everything Lockstep does in the background. A job names what to look at; the facts are read again when it runs. */
export type Job =
  | PreviewJob
  /** Show that the gate of a pull request has begun, before there is room for its preview. */
  | { readonly kind: 'announce'; readonly repository: RepositoryRef; readonly number: number }
  /** A branch moved on from commit `before`: preview the open pull requests into it that this can mean something to. */
  | { readonly kind: 'base'; readonly repository: RepositoryRef; readonly branch: string; readonly before: string }
  /** The default branch moved: render its overlays before previews need them. */
  | { readonly kind: 'warm'; readonly repository: RepositoryRef }
  | GroupJob
  | ActionJob
  | CommandJob
  /** The default branch moved: find the targets whose render changed. */
  | { readonly kind: 'dispatch'; readonly repository: RepositoryRef }
  | LeftJob
  | ReconcileJob
  /** Open, update and merge promotions whose gates have moved. */
  | { readonly kind: 'promotions'; readonly repository: RepositoryRef }
  /** Ask registries for newer versions of the images that are watched. */
  | { readonly kind: 'versions'; readonly repository: RepositoryRef }
  /** Decide the gates of open pull requests that touch this environment again. */
  | GatesJob
  | { readonly kind: 'sweep' }

export interface GatesJob {
  readonly kind: 'gates'
  readonly repository: RepositoryRef
  readonly environment: string
  /** What changed of its live objects, where that is all: `drift` keeps coming, its end (`settled`) is waited for. */
  readonly about?: 'drift' | 'settled'
}

/** Find the targets that this cluster holds objects of, and Git has not any more. */
export interface LeftJob {
  readonly kind: 'left'
  readonly repository: RepositoryRef
  readonly cluster: string
  /** As that of a reconcile. */
  readonly look?: string
}

export interface ReconcileJob {
  readonly kind: 'reconcile'
  readonly repository: RepositoryRef
  readonly target: Target
  /** A person wants drift taken back, whatever the policy and however often it was before. */
  readonly heal?: boolean
  /** Live objects are not as they were applied. */
  readonly drifted?: boolean
  /** Id of the look at the repository that found it due: who runs it has to have fetched since. */
  readonly look?: string
}

export interface PreviewJob {
  readonly kind: 'preview'
  readonly repository: RepositoryRef
  readonly number: number
  /** Which head and base the one who asked saw (`printSeen`). A running preview of anything else is broken off. */
  readonly seen?: string
  readonly again?: Again
}

/** A merge queue built a commit: render and judge it. */
export interface GroupJob {
  readonly kind: 'group'
  readonly repository: RepositoryRef
  /** `gh-readonly-queue/main/pr-7-…`. */
  readonly branch: string
  readonly headSha: string
  /** What the queue built it on, where it said so. */
  readonly baseSha?: string
  /** GitHub said that the queue gave this commit up, or merged it. */
  readonly destroyed?: boolean
  readonly again?: Again
}

/** Somebody pressed a button of one of our checks, or asked GitHub to run it again (then no one is named: GitHub asked for rights). */
export interface ActionJob {
  readonly kind: 'action'
  readonly repository: RepositoryRef
  readonly headSha: string
  /** Name of the check; absent for all checks of the commit. */
  readonly check?: string
  /** As `model/check-actions.ts` prints it. */
  readonly identifier: string
  readonly sender?: Person
  /** Tells this wish from others, so that it is granted once. */
  readonly wish: string
}

/** Somebody wrote what may be commands. */
export interface CommandJob {
  readonly kind: 'command'
  readonly repository: RepositoryRef
  readonly number: number
  readonly comment: CommandComment
  /** The event told of an edit: what the comment says now is not obeyed. */
  readonly edited?: boolean
  /** The wish of the button that stands for the comment: there is none to read again, or to react to. */
  readonly pressed?: string
}

/** Somebody wants checks again: a new run each, though it may say the same. */
export interface Again {
  /** Tells this wish from others, so that it is granted once. */
  readonly wish: string
  /** Name of the one check; absent for all. */
  readonly check?: string
}

export interface CommandComment {
  readonly id: number
  readonly author: Person
  readonly body: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** Jobs of one id run one at a time, and a job added while its twin runs makes it run once more. Holds no `:`. */
export function jobId(job: Job): string {
  if (job.kind === 'sweep') return 'sweep'
  const repository = `${job.repository.owner}/${job.repository.name}`
  switch (job.kind) {
    case 'preview':
    case 'announce':
      return `${job.kind}-${repository}-${job.number}`
    case 'base':
      return `base-${repository}-${job.before}-${job.branch}`
    case 'group':
      return `group-${repository}-${job.headSha}`
    case 'action':
      return `action-${repository}-${job.headSha}-${job.wish}`
    case 'command':
      return `command-${repository}-${job.number}-${job.pressed ?? job.comment.id}`
    case 'dispatch':
    case 'promotions':
    case 'versions':
    case 'warm':
      return `${job.kind}-${repository}`
    case 'gates':
      return `gates-${repository}-${job.environment}`
    case 'left':
      return `left-${repository}-${job.cluster}`
    case 'reconcile':
      return `reconcile-${repository}-${job.target.application}-${job.target.environment}-${job.target.cluster}`
  }
}

/** What counts against the same cap, so that one cluster or repository cannot starve the others. */
export function jobGroup(job: Job): string {
  // However many repositories move, most of what runs at once is what somebody waits for.
  if (job.kind === 'sweep' || job.kind === 'warm' || job.kind === 'versions') return job.kind
  // Many previews at once must not keep a new pull request without its gate.
  if (job.kind === 'announce') return `announce-${job.repository.owner}/${job.repository.name}`
  const lane = jobLane(job)
  if (lane !== undefined) return `cluster-${lane}`
  return `repository-${job.repository.owner}/${job.repository.name}`
}

/** `PreviewJob.seen`. */
export function printSeen({ headSha, baseRef }: { headSha: string; baseRef: string }): string {
  return `${headSha} ${baseRef}`
}

/** Two calls and one write: does not wait until something that renders has made room. */
export function isQuick(job: Job): boolean {
  return job.kind === 'announce'
}

/** The cluster that has to be held to run it; undefined for what any worker may run. */
export function jobLane(job: Job): string | undefined {
  if (job.kind === 'left') return job.cluster
  return job.kind === 'reconcile' ? job.target.cluster : undefined
}

/** Goes before the others of its lane: putting drift back must not wait until a thousand targets are looked at. */
export function isUrgent(job: Job): boolean {
  return job.kind === 'reconcile' && (job.heal === true || job.drifted === true)
}

/** Of two jobs of one id, what is left to do when both were asked for: the newer facts, and no wish is forgotten. */
export function combineJobs(older: Job | undefined, newer: Job): Job {
  if (older?.kind === 'reconcile' && newer.kind === 'reconcile') return combineReconciles(older, newer)
  const kept = older?.kind === newer.kind && 'again' in older ? older.again : undefined
  if (kept === undefined || (newer.kind !== 'preview' && newer.kind !== 'group') || newer.again) return newer
  return { ...newer, again: kept }
}

function combineReconciles(older: ReconcileJob, newer: ReconcileJob): ReconcileJob {
  const look = newer.look ?? older.look
  return {
    ...newer,
    ...(older.heal && { heal: true }),
    ...(older.drifted && { drifted: true }),
    ...(look !== undefined && { look }),
  }
}

/** Whether a running job has nothing to find out any more, because `newer`, of the same id, was asked for. */
export function isSuperseded(running: Job, newer: Job): boolean {
  if (newer.kind === 'warm') return true
  if (newer.kind === 'group') return newer.destroyed === true
  if (running.kind !== 'preview' || newer.kind !== 'preview') return false
  return newer.seen !== undefined && newer.seen !== running.seen
}
