import type { FileChange } from './tree.ts'

/** A repository the App is installed on. */
export interface RepositoryRef {
  readonly installation: number
  readonly owner: string
  readonly name: string
}

export function repositoryName(ref: { owner: string; name: string }): string {
  return `${ref.owner}/${ref.name}`
}

export interface Person {
  readonly login: string
  readonly bot: boolean
}

export interface PullRequest {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly state: 'open' | 'closed'
  readonly merged: boolean
  readonly draft: boolean
  readonly author: Person
  readonly head: { readonly ref: string; readonly sha: string; readonly fork: boolean }
  readonly base: { readonly ref: string }
  readonly url: string
  /** ISO 8601, as all times here. */
  readonly createdAt: string
  readonly updatedAt: string
  readonly mergedAt?: string
  readonly mergeCommit?: string
}

export interface Review {
  readonly id: number
  readonly author: Person
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  readonly commit: string
  readonly submittedAt: string
}

/**
 * Why GitHub did not merge. `head-moved` is final for that SHA, `base-moved` may be tried again; `queued` is no refusal: the pull
 * request stands in the merge queue, which merges it once it passes; `withdrawn` was taken back by `stillTrue` before it was sent.
 */
export type MergeRefusal =
  | 'head-moved'
  | 'base-moved'
  | 'conflict'
  | 'blocked'
  | 'queue'
  | 'queued'
  | 'method'
  | 'closed'
  | 'withdrawn'
export type MergeResult =
  | { readonly merged: true; readonly sha: string }
  | { readonly merged: false; readonly refusal: MergeRefusal; readonly message: string }

/** How a pull request stands to the rules of its base branch. They are told as they are, also to those who may bypass them. */
export interface MergeStanding {
  /** `outside` and `inside` the merge queue that the base branch asks for; `none` where it asks for none. */
  readonly queue: 'none' | 'outside' | 'inside'
  /** When it last left the queue without being merged, and why in GitHub's word. */
  readonly left?: { readonly at: string; readonly reason: string }
  /** A sentence: what GitHub, or a rule of the branch, still asks for. Absent where nothing is in the way. */
  readonly obstacle?: string
  /** A rule of the base asks for a branch that is up to date with it, and this one is not. */
  readonly behind?: true
}

export interface MergeRequest {
  readonly sha: string
  readonly title?: string
  readonly message?: string
  /** The base asks for a merge queue: it is put there, and never merged past it. */
  readonly viaQueue?: boolean
  /** Asked right before each request to GitHub. */
  readonly stillTrue?: StillTrue
}

export interface PullRequests {
  get(number: number): Promise<PullRequest | undefined>
  listOpen(): Promise<PullRequest[]>
  /** Pull requests of this repository (not forks) from this branch, any state, newest first. */
  listByHead(branch: string): Promise<PullRequest[]>
  /** Adopts the open one where GitHub says that it already exists. */
  create(request: { title: string; body: string; head: string; base: string }): Promise<PullRequest>
  update(number: number, change: { title?: string; body?: string; state?: 'open' | 'closed' }): Promise<void>
  /**
   * Merges exactly `sha`, by the first method the repository allows of merge, squash, rebase; where a merge queue is required, by
   * putting it there.
   */
  merge(number: number, request: MergeRequest): Promise<MergeResult>
  /** Waits some seconds while GitHub still finds out whether it can be merged. */
  standing(number: number): Promise<MergeStanding>
  reviews(number: number): Promise<Review[]>
  /** Takes back somebody's approval or request for changes, saying why. Throws where rules let only some people do that. */
  dismissReview(number: number, review: number, message: string): Promise<void>
  /** When its head was moved to a commit that does not follow the one before; ISO 8601, oldest first. */
  forcePushes(number: number): Promise<string[]>
  /** Who wrote or committed what the pull request adds; undefined stands for a commit of somebody GitHub does not know. */
  committers(number: number): Promise<(Person | undefined)[]>
}

export interface Comment {
  readonly id: number
  /** The issue or pull request it stands on. */
  readonly number: number
  readonly author: Person
  readonly body: string
  readonly createdAt: string
  readonly updatedAt: string
  /** Written by this App. */
  readonly ours: boolean
  readonly onPullRequest?: boolean
}

/** Asked right before something is written that waited for its turn: whether it is still what there is to say. */
export type StillTrue = () => Promise<boolean>

export type Reaction = 'eyes' | 'rocket' | 'confused' | '-1' | '+1'

export interface Comments {
  list(number: number): Promise<Comment[]>
  /** Comments of the whole repository created or edited since (ISO 8601). */
  listSince(since: string): Promise<Comment[]>
  create(number: number, body: string): Promise<Comment>
  /**
   * One comment per topic: found by author and hidden marker `<!-- lockstep:<topic> -->` (added here), edited only when its text
   * differs, a newer twin removed. Where `stillTrue` answers false at the moment of writing, nothing is written.
   */
  ensure(number: number, topic: string, body: string, stillTrue?: StillTrue): Promise<void>
  react(commentId: number, reaction: Reaction): Promise<void>
  /** This App's own reactions on a comment. */
  ownReactions(commentId: number): Promise<Reaction[]>
}

export type CheckConclusion = 'success' | 'failure' | 'action_required' | 'cancelled' | 'timed_out' | 'neutral'

export interface CheckAnnotation {
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  readonly level: 'failure' | 'warning' | 'notice'
  readonly title?: string
  readonly message: string
}

export interface CheckReport {
  readonly name: string
  readonly headSha: string
  readonly status: 'queued' | 'in_progress' | 'completed'
  /** Required when completed. */
  readonly conclusion?: CheckConclusion
  readonly title: string
  /** Markdown, cut by the caller to 65,535 characters each. */
  readonly summary: string
  readonly text?: string
  readonly annotations?: readonly CheckAnnotation[]
  /** At most three; label 20, description 40, identifier 20 characters. */
  readonly actions?: readonly { label: string; description: string; identifier: string }[]
  /** Kept with the run and read back from it, but nothing it says: `[\w.-]`, at most 80 characters. */
  readonly note?: string
  /** A wish for a new run though it may say the same; the same wish makes one run. `[\w.-]`, at most 80 characters. */
  readonly again?: string
}

export interface CheckRun {
  readonly id: number
  readonly name: string
  readonly headSha: string
  readonly status: 'queued' | 'in_progress' | 'completed'
  readonly conclusion?: string
  readonly title: string
  readonly startedAt: string
  readonly completedAt?: string
  readonly digest?: string
  /** Both as in its report. */
  readonly note?: string
  readonly again?: string
}

/** What any App or person reported on a commit: a check run, or a commit status. */
export interface CommitCheck {
  readonly name: string
  /** Absent while it runs: `success`, `failure`, `neutral`, `skipped`, … as GitHub has it. */
  readonly conclusion?: string
  /** ISO 8601. */
  readonly startedAt?: string
}

export interface Checks {
  /** This App's runs on a commit, newest of each name only. */
  list(sha: string): Promise<CheckRun[]>
  /** Everybody's check runs and commit statuses on a commit, newest of each App and name only. */
  reported(sha: string): Promise<CommitCheck[]>
  /**
   * Makes the newest run of that name on that commit say this. Nothing is sent when it already does; an unfinished run is updated;
   * a completed one is never reopened: a new run is created. Where `stillTrue` answers false at the moment of writing, nothing is
   * written.
   */
  publish(report: CheckReport, stillTrue?: StillTrue): Promise<void>
}

export interface Branches {
  /** Commit at the tip, undefined when there is no such branch. */
  tip(branch: string): Promise<string | undefined>
  /** Branches whose names begin so. */
  list(prefix: string): Promise<{ readonly name: string; readonly sha: string }[]>
  create(branch: string, sha: string): Promise<'created' | 'exists'>
  /** Compare-and-swap: commits on top of `expectedHead` or answers `stale`. Verified as the App's. */
  commit(request: CommitRequest): Promise<{ readonly sha: string } | 'stale'>
  /** A branch without parents, through the Git Data API. */
  createOrphan(branch: string, message: string, files: readonly FileChange[]): Promise<'created' | 'exists'>
  delete(branch: string): Promise<void>
  /** True when this App wrote the commit and GitHub vouches for that (`verified`). */
  isOwn(sha: string): Promise<boolean>
  /** Whether the first commit is in the history of the second, or is the second. False where GitHub does not have both. */
  isBefore(commit: string, other: string): Promise<boolean>
}

export interface CommitRequest {
  readonly branch: string
  readonly expectedHead: string
  readonly headline: string
  readonly body?: string
  readonly changes: readonly FileChange[]
  /** A commit that is merged with it: the changes are made on its files, and whatever else the branch held is undone. */
  readonly merging?: string
}

export type Permission = 'admin' | 'write' | 'read' | 'none'

export interface People {
  /** Live repository permission; bots and strangers are `none`. */
  permission(login: string): Promise<Permission>
  /** Active member of `org/team`. */
  isTeamMember(team: string, login: string): Promise<boolean>
}

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'

export interface DeploymentReport {
  readonly environment: string
  readonly application: string
  readonly sha: string
  readonly state: DeploymentState
  readonly description: string
  /** Adds to a deployment that is there, and makes none. */
  readonly onlyKnown?: boolean
}

export interface Deployments {
  /**
   * One deployment per environment and revision (and application, as its task); adds a status only when it differs. Those of earlier
   * revisions become inactive with its success.
   */
  record(report: DeploymentReport): Promise<void>
}

/** One repository on GitHub. Reads retry what GitHub documents as passing; writes go through one paced outbox an installation. */
export interface GitHubRepository {
  readonly ref: RepositoryRef
  readonly url: string
  defaultBranch(): Promise<string>
  /** True for a public repository: live values are then counted, not shown. */
  isPublic(): Promise<boolean>
  readonly pulls: PullRequests
  readonly comments: Comments
  readonly checks: Checks
  readonly branches: Branches
  readonly people: People
  readonly deployments: Deployments
}

/** The App's view of GitHub. */
export interface GitHub {
  /** Every repository of every installation that is not suspended. */
  repositories(): Promise<RepositoryRef[]>
  repository(ref: RepositoryRef): GitHubRepository
  /** HTTPS address and `Authorization` header value for git. Token lives an hour; ask again before each fetch. */
  gitAccess(ref: RepositoryRef): Promise<{ url: string; authorization: string }>
  /** The App's login as an author, `slug[bot]`. */
  botLogin(): Promise<string>
  /** Asks for failed webhook deliveries of the last three days again; answers how many. */
  redeliverFailed(): Promise<number>
  /** GitHub's time, by its last answer; this machine's before the first. */
  now(): Date
}
