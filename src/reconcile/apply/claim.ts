import type { LiveObject } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { FIELD_MANAGER } from '../labels.ts'
import type { Session } from '../pass/session.ts'

/** `metadata` to write before an apply, so that it takes out what others set; only onto that version of the object. */
export interface Claim {
  readonly resourceVersion: string
  readonly managedFields: readonly JsonObject[]
  /** Annotations that go. */
  readonly annotations?: Readonly<Record<string, null>>
}

const ATTEMPTS = 5

/** Writes a claim; where the object moved since (controllers write statuses all the time) it is made anew from what is there. */
export async function writeClaim(
  session: Session,
  key: ResourceKey,
  claim: Claim,
  anew: (live: LiveObject) => Claim | undefined,
): Promise<void> {
  let next: Claim | undefined = claim
  for (let attempt = 1; next; attempt++) {
    try {
      await session.cluster.patch(key, { metadata: { ...next } }, { fieldManager: FIELD_MANAGER })
      return
    } catch (error) {
      if (!(error instanceof ClusterError) || error.kind !== 'stale' || attempt === ATTEMPTS) throw error
      const live = await session.cluster.get(key)
      next = live && anew(live)
    }
  }
}
