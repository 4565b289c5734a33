import type { Cluster } from '../../model/cluster.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import type { Clock } from '../clock.ts'
import { ownFieldsHash } from '../fields/own-fields.ts'
import { uidOf } from './live-object.ts'
import type { LiveRecord } from './live-record.ts'

const SHARE = 0.01
const AT_ONCE = 4
/** What a watch tells comes within that time. */
const SECOND_LOOK_MS = 2_000

export interface CheckedView {
  readonly cluster: Pick<Cluster, 'get'>
  /** As it is known now; undefined: it is known that there is none. */
  known(key: ResourceKey): LiveRecord | undefined
}

/**
 * Asks the server for a hundredth of these objects, at least for one. Answers those that are known otherwise than they are, and still are a
 * moment later. `random` is between 0 and 1.
 */
export async function findDisagreements(
  view: CheckedView,
  records: readonly LiveRecord[],
  { clock, random, signal }: { clock: Clock; random: () => number; signal: AbortSignal },
): Promise<LiveRecord[]> {
  const sample = takeSome(records, Math.ceil(records.length * SHARE), random)
  const doubtful = await disagreeing(view, sample)
  if (doubtful.length === 0) return []
  await clock.sleep(SECOND_LOOK_MS, signal)
  return signal.aborted ? [] : disagreeing(view, doubtful)
}

async function disagreeing(view: CheckedView, records: readonly LiveRecord[]): Promise<LiveRecord[]> {
  const checked = await mapLimited(records, AT_ONCE, async (record) => {
    const live = await view.cluster.get(record.key)
    const known = view.known(record.key)
    const same = live ? known?.uid === uidOf(live) && known?.ownHash === ownFieldsHash(live) : known === undefined
    return same ? [] : [record]
  })
  return checked.flat()
}

/** `count` different ones. */
function takeSome<T>(items: readonly T[], count: number, random: () => number): T[] {
  const left = [...items]
  for (let taken = 0; taken < count; taken++) {
    const other = taken + Math.floor(random() * (left.length - taken))
    const [mine, theirs] = [left[taken], left[other]] as [T, T]
    left[taken] = theirs
    left[other] = mine
  }
  return left.slice(0, count)
}
