import type { LiveObject } from '../../model/cluster.ts'
import type { Problem } from '../../model/errors.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Target } from '../../model/target.ts'
import type { DesiredObject } from '../desired/desired.ts'
import type { Judges } from '../drift/check-drift.ts'
import type { FoundDrift } from '../drift/drift.ts'
import type { SyncAction } from '../pass/sync-plan.ts'
import type { Claim } from './claim.ts'

/** How one object fared in its dry run. Nothing is stored yet. */
export interface Rehearsal {
  readonly action: SyncAction
  readonly result: 'unchanged' | 'apply' | 'skip' | 'refused'
  readonly body: JsonObject
  readonly force: boolean
  /** Exists in the cluster, ours or not. */
  readonly exists: boolean
  readonly drift: readonly FoundDrift[]
  /** Written before the apply, so that it takes out what others set. */
  readonly claim?: Claim
  /** The same for the object as it is by then. */
  readonly claimAnew?: (live: LiveObject) => Claim | undefined
  /** It is deleted first, while it has this uid. */
  readonly replaces?: string
  /** It needs another object of the same plan, so it comes last in its stage and was not rehearsed. */
  readonly late?: boolean
  /** The target that left Git and left this object behind. */
  readonly leftBy?: Target
  /** Its drift is put back in so many milliseconds, and not before. */
  readonly againInMs?: number
  /** Why it is skipped, or what is left out of it. */
  readonly note?: keyof typeof import('../reasons.ts').REASONS
  readonly problem?: Problem
}

export interface RehearsalRules extends Judges {
  /** What is done about what others changed of the fields we applied before; `asked` by a person, it is put back whatever was before. */
  readonly heal: 'report' | 'heal' | 'asked'
  /** Objects as they were applied last, to tell a field taken from us from one that never was ours. */
  readonly lastApplied: () => Promise<ReadonlyMap<string, DesiredObject>>
  /** Field managers whose objects are taken over, besides the tools that are known. */
  readonly takeover?: readonly string[]
}
