import type { DriftConfig, EnvironmentConfig } from '../../config/repository-config.ts'
import type { LockstepError } from '../../model/errors.ts'
import type { CommitCheck, Review } from '../../model/github.ts'
import type { Measurement } from '../../model/monitoring.ts'
import type { Target } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import type { PromotionState } from '../state/state.ts'

/** Everything the gates judge, gathered before they do. `undefined` is unknown, and unknown is blocked. */
export interface GateFacts {
  readonly now: Date
  readonly kind: 'promotion' | 'rollback'
  readonly application: string
  readonly environment: EnvironmentConfig
  readonly pullRequest: number
  readonly headSha: string
  /** ISO 8601: when the head was committed, where that is known. */
  readonly headSince?: string
  readonly upstream: readonly UpstreamFact[]
  readonly approval: ApprovalFacts | undefined
  /** What reported on the head, the newest of each name; read only where the environment requires checks. */
  readonly checks: readonly CommitCheck[] | undefined
  /** By the name of the environment's metric. */
  readonly metrics: ReadonlyMap<string, Measurement>
  /** Undefined when the branch `lockstep/state` cannot be read. */
  readonly state: PromotionState | undefined
  /** Why it cannot be read. */
  readonly stateFault?: LockstepError
  /** Of this application in the environment promoted to; a status is undefined where none was reported. */
  readonly targets: readonly { readonly target: Target; readonly status: TargetStatus | undefined }[]
  /** Live values must not be shown: the repository is public. */
  readonly hideLive: boolean
  readonly plan: PlanFacts
}

/** One upstream target: the render that would be promoted, and what its worker last saw. */
export interface UpstreamFact {
  readonly target: Target
  /** Digest of its overlay's render on the default branch; undefined when it cannot be rendered. */
  readonly renderDigest: string | undefined
  /** Without drift that somebody asked to ignore for now. */
  readonly status: TargetStatus | undefined
  /** What the environment it is in asks of drift; absent where that is not asked for. */
  readonly drift?: DriftConfig
  /** Its environment would promote something else. */
  readonly differs?: true
}

export interface ApprovalFacts {
  readonly reviews: readonly Review[]
  /** Logins whose review counts: live write access, and under four eyes none of `excluded`. */
  readonly reviewers: ReadonlySet<string>
  /** Who asked for the promotion or committed to its branch; nobody where four eyes are not asked for. */
  readonly excluded: readonly string[]
  /** Logins of `reviewers` by the team that has to approve. */
  readonly teams: ReadonlyMap<string, ReadonlySet<string>>
}

/** What was posted for review, and what merging the head would do now. */
export interface PlanFacts {
  readonly posted: string | undefined
  readonly recomputed: string | undefined
  /** True when merging the head would change exactly the plan's files; undefined when that cannot be told. */
  readonly exact: boolean | undefined
  /** What the application's render in the environment would be other than at review: a sentence each; undefined is unknown. */
  readonly moved: readonly string[] | undefined
  /** Where the plan is another, or the merge is not exact: a sentence for each thing that made it so. */
  readonly because: readonly string[]
  /** The carried values, by path; a value is null where the path is removed. */
  readonly carried: readonly { readonly path: string; readonly after: string | null }[] | undefined
}
