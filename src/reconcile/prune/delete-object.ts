import type { LiveObject } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import type { Problem } from '../../model/errors.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import type { LazyMask } from '../desired/secret-mask.ts'
import { toLiveRecord } from '../live/live-record.ts'
import type { Session } from '../pass/session.ts'
import type { ExaminedObject } from './examined-object.ts'
import { type JudgeRules, judge } from './judge.ts'
import type { KeptObject } from './prune-guards.ts'

const ATTEMPTS = 4

export interface DeletionRules extends JudgeRules {
  readonly mask: LazyMask
}

/** What became of one object that was to be deleted. */
export type Deleted =
  | { readonly fate: 'deleted' | 'forgotten'; readonly object: ExaminedObject }
  | ({ readonly fate: 'kept' } & KeptObject)
  | { readonly fate: 'failed'; readonly object: ExaminedObject; readonly problem: Problem }

/**
 * Deletes an object as it was judged: the same object in the same version. One that changed meanwhile is judged again first. One that
 * still stands after its deletion, by a finalizer, is kept until it is gone.
 */
export async function deleteObject(session: Session, object: ExaminedObject, rules: DeletionRules): Promise<Deleted> {
  try {
    let current = asSeen(object)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answer = await tryDelete(session, current)
      const body = answer === 'gone' ? undefined : await session.cluster.get(current.record.key)
      if (!body) return gone(session, current)
      current = { ...current, live: toLiveRecord(body) }
      const judged = judgedAgain(session, current, body, rules)
      if (judged) return judged
    }
    return await failed(current, 'it changes all the time', rules)
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    return failed(object, error.message, rules)
  }
}

/** Whatever stands there later under another uid is another object. */
function asSeen(object: ExaminedObject): ExaminedObject {
  const uid = object.record.uid ?? object.live?.uid
  return uid === undefined ? object : { ...object, record: { ...object.record, uid } }
}

/** `look`: it is not certain that it is gone. */
async function tryDelete(session: Session, { record, live }: ExaminedObject): Promise<'gone' | 'look'> {
  try {
    const only = { uid: live?.uid ?? '', resourceVersion: live?.version ?? '' }
    return (await session.cluster.delete(record.key, only)) === 'deleting' ? 'look' : 'gone'
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'stale') return 'look'
    throw error
  }
}

function gone(session: Session, object: ExaminedObject): Deleted {
  session.view.forget(object.record.key, object.live?.uid ?? '')
  return { fate: 'deleted', object }
}

/** undefined: it is still to be deleted. */
function judgedAgain(
  session: Session,
  object: ExaminedObject,
  body: LiveObject,
  rules: DeletionRules,
): Deleted | undefined {
  const { fate, message } = judge(object, rules)
  if (fate === 'remove') return undefined
  if (fate === 'forget' || fate === 'hand-over') return { fate: 'forgotten', object }
  session.view.take(body)
  return { fate: 'kept', object, code: fate, message }
}

async function failed(object: ExaminedObject, why: string, { mask }: DeletionRules): Promise<Deleted> {
  const label = resourceLabel(object.record.key)
  const message = `${label} was not pruned: ${(await mask()).text(why)}`
  return {
    fate: 'failed',
    object,
    problem: { code: 'PRUNE_FAILED', message, object: label, remedy: 'It is tried again.' },
  }
}
