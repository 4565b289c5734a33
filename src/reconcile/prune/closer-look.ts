import { ClusterError } from '../../model/cluster-error.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { toLiveRecord } from '../live/live-record.ts'
import type { Session } from '../pass/session.ts'
import type { StaleObject } from '../pass/sync-plan.ts'
import type { ExaminedObject } from './examined-object.ts'
import { ServedKinds } from './served-kinds.ts'

/**
 * Asks for each object that is not among ours before anybody believes that it is gone: it may lack our label, be served under another
 * version, or by somebody who does not answer. One GET each, and two lists where a kind is not known.
 */
export async function lookCloser(session: Session, stale: readonly StaleObject[]): Promise<ExaminedObject[]> {
  const served = new ServedKinds(session.cluster)
  return mapLimited(stale, session.concurrency, async (object) => {
    if (object.live) return object
    try {
      return await lookAt(session, served, object)
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error
      return { ...object, finding: { code: 'unreadable', message: error.message } }
    }
  })
}

async function lookAt(session: Session, served: ServedKinds, object: StaleObject): Promise<ExaminedObject> {
  const { key } = object.record
  if (await session.cluster.scope(key)) return judgedBy(session, object, key)
  const now = await served.versionOf(key)
  if (now === undefined) return object
  if (now === 'unknown' || now === key.version) return { ...object, finding: { code: 'kind-unknown' } }
  return judgedBy(session, object, { ...key, version: now })
}

async function judgedBy(session: Session, object: StaleObject, key: ResourceKey): Promise<ExaminedObject> {
  const body = await session.view.object(key)
  if (!body) return object
  const live = toLiveRecord(body)
  if (live.label !== session.ownership.target) return { ...object, finding: { code: 'released' } }
  return { ...object, record: { ...object.record, key }, live }
}
